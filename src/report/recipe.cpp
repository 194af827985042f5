#include "report/recipe.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/error.hpp"
#include "report/json.hpp"
#include "util/shell_quote.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;

Section findings_of(const std::vector<Error>& findings) {
  Section section;
  for (const Error& finding : findings) section.blocks.emplace_back(finding_of(finding));
  return section;
}

ordered_json findings_json(const std::vector<Error>& findings) {
  ordered_json json = ordered_json::array();
  for (const Error& finding : findings) json.push_back(to_json(finding));
  return json;
}

ordered_json file_json(const facts::FileFacts& file) {
  return {{"path", file.path}, {"owner", file.owner}, {"mode", file.mode}, {"sha256", file.sha256}};
}

std::vector<NextStep> next_steps(const RecipeCheck& check) {
  if (check.differences.empty()) return {};
  return {{fmt::format("nightlatch node prepare --print {}", plan::name(check.head.form)),
           fmt::format("prints it again, in place of {}", shell_word(check.file))}};
}

}  // namespace

Page page_of(const RecipeReport& report) {
  Page page{"What a host needs", {}};
  page.add(findings_of(report.findings));
  return page;
}

std::string recipe_json(const RecipeReport& report) {
  ordered_json json;
  json["schema"] = "nightlatch.dev/recipe/v1";
  json["cluster"] = report.cluster.name;
  json["form"] = plan::name(report.form);
  json["made"] = report.recipe.made;
  if (report.recipe.file) json["file"] = file_json(*report.recipe.file);
  json["nodes"] = report.nodes;
  json["findings"] = findings_json(report.findings);
  json["text"] = report.text;
  return dump(json);
}

Page page_of(const RecipeCheck& check) {
  bool is_stale = !check.differences.empty();
  Page page{fmt::format("Whether {} is stale", check.file), {}};
  page.add({{headline_of(check.cluster, "prepare")}});
  Text verdict = exact(check.file, Tone::bold);
  verdict.add("  ");
  verdict.add(is_stale ? "stale" : "as it would be printed today", is_stale ? Tone::bad : Tone::ok);
  verdict.add(fmt::format("  {}, printed on {} by nightlatch {}", plan::name(check.head.form),
                          check.head.recipe.made, check.head.recipe.by));
  Section section{{Paragraph{verdict}}};
  for (const std::string& difference : check.differences) {
    Check one;
    one.grade = Grade::bad;
    one.text = Text(difference + ".");
    section.blocks.emplace_back(std::move(one));
  }
  page.add(std::move(section));
  page.add(findings_of(check.findings));
  if (is_stale) page.add({{Commands{next_steps(check)}}});
  return page;
}

std::string recipe_check_json(const RecipeCheck& check, const std::string& shared_options) {
  ordered_json json;
  json["schema"] = "nightlatch.dev/recipecheck/v1";
  json["cluster"] = check.cluster.name;
  json["file"] = check.file;
  json["form"] = plan::name(check.head.form);
  json["made"] = check.head.recipe.made;
  json["by"] = check.head.recipe.by;
  json["stale"] = !check.differences.empty();
  json["differences"] = check.differences;
  json["nodes"] = check.nodes;
  json["findings"] = findings_json(check.findings);
  json["next"] = ordered_json::array();
  for (const NextStep& step : next_steps(check))
    json["next"].push_back(complete(step.command, shared_options));
  return dump(json);
}

}  // namespace nightlatch::report
