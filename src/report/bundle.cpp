#include "report/bundle.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "util/shell_quote.hpp"

namespace nightlatch::report {

Page page_of(const BundleReport& report) {
  Page page{fmt::format("Bundle of run {}", report.run), {}};
  Text text(report.run, Tone::bold);
  text.add(fmt::format(" with {} is in ", count(report.files.size(), "file"))).add_exact(report.file);
  if (report.is_signed) text.add(", signed");
  Fact files{"Files", {}};
  for (const std::string& name : report.files) files.values.push_back(exact(name));
  page.add({{Check{Grade::ok, 0, {}, std::move(text), {}, {}},
             Facts{{{"SHA-256", {exact(report.sha256)}}, std::move(files)}}}});
  std::string allowed = report.is_signed ? " --allowed-signers ALLOWED_SIGNERS" : "";
  page.add({{Commands{{{fmt::format("nightlatch history verify {}{}", shell_word(report.file), allowed),
                        "checks it, with nothing else"}}}}});
  return page;
}

std::string bundle_json(const BundleReport& report) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/bundle/v1";
  json["run"] = report.run;
  json["file"] = report.file;
  json["sha256"] = report.sha256;
  json["signed"] = report.is_signed;
  json["files"] = report.files;
  return dump(json);
}

}  // namespace nightlatch::report
