#include "report/confirm.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/json.hpp"

namespace nightlatch::report {

void write_text(const ConfirmReport& report, Out& out) {
  write_header(out, report.cluster, "asked its gates, then confirmed");
  out.line(fmt::format("run {}", out.paint(Color::bold, report.run)));
  out.line();
  for (const std::string& node : report.confirmed)
    out.line(fmt::format("{}  {}  its guard is gone", node, out.paint(Color::green, "confirmed")));
  out.line();
  write_next(out,
             {{fmt::format("nightlatch status {}", report.run), "whether every node is where it should be"},
              {fmt::format("nightlatch rollback {}", report.run), "puts back what this run changed"}});
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
