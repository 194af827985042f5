#include "report/confirm.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json.hpp"

namespace nightlatch::report {

Page page_of(const ConfirmReport& report) {
  Page page{fmt::format("Confirmation of run {}", report.run), {}};
  page.add({{headline_of(report.cluster, "asked its gates, then confirmed"),
             Headline{{Text("run ").add(report.run, Tone::bold)}}}});
  Table table;
  for (const std::string& node : report.confirmed)
    table.rows.push_back({node, Text("confirmed", Tone::ok), "its guard is gone"});
  page.add({{std::move(table)}});
  page.add({{Commands{
      {{fmt::format("nightlatch status {}", report.run), "whether every node is where it should be"},
       {fmt::format("nightlatch rollback {}", report.run), "puts back what this run changed"}}}}});
  return page;
}

std::string confirm_json(const ConfirmReport& report, const std::string& shared_options) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/confirm/v1";
  json["run"] = report.run;
  json["confirmed"] = report.confirmed;
  json["next"] = {complete(fmt::format("nightlatch status {}", report.run), shared_options)};
  return dump(json);
}

}  // namespace nightlatch::report
