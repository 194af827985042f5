#include "report/runbook.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/aim.hpp"
#include "report/exposure_text.hpp"
#include "report/json.hpp"
#include "report/runbook_markup.hpp"
#include "report/runbook_names.hpp"
#include "report/runbook_values.hpp"

namespace nightlatch::embedded {
extern const std::string_view runbook_approvals;
extern const std::string_view runbook_callers;
extern const std::string_view runbook_commands;
extern const std::string_view runbook_failures;
extern const std::string_view runbook_go;
extern const std::string_view runbook_messages;
extern const std::string_view runbook_nodes;
extern const std::string_view runbook_preconditions;
extern const std::string_view runbook_risk;
extern const std::string_view runbook_rollback;
extern const std::string_view runbook_scope;
extern const std::string_view runbook_signoff;
extern const std::string_view runbook_stop;
extern const std::string_view runbook_summary;
extern const std::string_view runbook_timetable;
extern const std::string_view runbook_verification;
}  // namespace nightlatch::embedded

namespace nightlatch::report {

namespace {

struct ShippedSection {
  std::string_view name;
  const std::string_view* text;
};
const std::array shipped_sections{
    ShippedSection{"approvals", &embedded::runbook_approvals},
    ShippedSection{"callers", &embedded::runbook_callers},
    ShippedSection{"commands", &embedded::runbook_commands},
    ShippedSection{"failures", &embedded::runbook_failures},
    ShippedSection{"go", &embedded::runbook_go},
    ShippedSection{"messages", &embedded::runbook_messages},
    ShippedSection{"nodes", &embedded::runbook_nodes},
    ShippedSection{"preconditions", &embedded::runbook_preconditions},
    ShippedSection{"risk", &embedded::runbook_risk},
    ShippedSection{"rollback", &embedded::runbook_rollback},
    ShippedSection{"scope", &embedded::runbook_scope},
    ShippedSection{"signoff", &embedded::runbook_signoff},
    ShippedSection{"stop", &embedded::runbook_stop},
    ShippedSection{"summary", &embedded::runbook_summary},
    ShippedSection{"timetable", &embedded::runbook_timetable},
    ShippedSection{"verification", &embedded::runbook_verification},
};

Section runbook_head(const Runbook& runbook) {
  const plan::Plan& plan = runbook.plan;
  Headline first{
      {Text("plan ").add(plan.short_hash(), Tone::bold), aim_of(plan),
       fmt::format("cluster {}", plan.cluster),
       fmt::format("{} of {}, one at a time", plan.changing_nodes(), count(plan.nodes.size(), "node"))}};
  Headline second{{fmt::format("written {} by nightlatch {}", runbook.written, runbook.version)}};
  return {{std::move(first), std::move(second)}};
}

}  // namespace

std::optional<std::string_view> shipped_runbook_section(std::string_view name) {
  auto found = std::find_if(shipped_sections.begin(), shipped_sections.end(),
                            [&](const ShippedSection& one) { return one.name == name; });
  if (found == shipped_sections.end()) return std::nullopt;
  return *found->text;
}

Result<RunbookSection> read_runbook_section(std::string name, std::string_view text, std::string file) {
  NL_ASSIGN(auto lines, read_template(text, file, runbook_names()));
  return RunbookSection{std::move(name), std::move(file), std::move(lines)};
}

Page page_of(const Runbook& runbook) {
  const plan::Plan& plan = runbook.plan;
  std::string of_change = runbook.change.empty() ? "" : runbook.change + ": ";
  Page page{fmt::format("Runbook {}plan {} of {}", of_change, plan.short_hash(), plan.cluster), {}};
  page.add(runbook_head(runbook));
  if (plan.changes_nothing()) {
    page.add({{Paragraph{"Nothing to change: every node is as planned."}}});
    return page;
  }
  RunbookValues values = values_of(runbook);
  TemplateFilling<RunbookValue> filling(values);
  for (const RunbookSection& section : runbook.sections)
    page.add({blocks_of(filling.lines(section.lines), runbook.options)});
  return page;
}

std::string runbook_json(const RunbookText& rendered) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/runbook/v1";
  json["plan"] = rendered.plan;
  json["format"] = rendered.format == Format::html ? "html" : "md";
  if (!rendered.file.empty()) json["file"] = rendered.file;
  json["replaced"] = rendered.replaced;
  json["text"] = rendered.text;
  return dump(json);
}

}  // namespace nightlatch::report
