// The document of a change window, made from one plan: what happens to which node and when, how it is
// stopped and undone, and what people sign. Its sections are templates (docs/runbook.md).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/window.hpp"
#include "plan/plan.hpp"
#include "report/approval.hpp"
#include "report/page.hpp"
#include "report/render.hpp"
#include "spec/approvals.hpp"
#include "util/template_text.hpp"

namespace nightlatch::report {

// The window that counts for the plan, as it was looked up when the runbook was written.
struct RunbookWindow {
  calendar::Zone zone;
  std::optional<calendar::Interval> opening;  // the next one that is long enough for a node
  calendar::sys_seconds earliest;             // within it, when a run can begin
  std::chrono::seconds needed{0};             // the worst case of one node with its rollback
};

struct RunbookSection {
  std::string name;
  std::string file;  // of the template, for messages
  std::vector<TemplateNode> lines;
};

// The template that nightlatch brings; nullopt: there is no such section.
[[nodiscard]] std::optional<std::string_view> shipped_runbook_section(std::string_view name);

// Error: bad_template.
[[nodiscard]] Result<RunbookSection> read_runbook_section(std::string name, std::string_view text,
                                                          std::string file);

struct Runbook {
  plan::Plan plan{};
  std::string plan_file{};
  std::string options{};  // that the commands need, too: " -i prod.yaml"
  std::string change{};   // the number of the change, as people call it; empty: that of the plan
  std::string written{};  // UTC timestamp
  std::string version{};  // of nightlatch
  std::optional<RunbookWindow> window{};  // nullopt: there is none, or the plan goes past it
  spec::ApprovalDemand approvals{};
  std::vector<ListedApproval> approved{};
  std::vector<RunbookSection> sections{};
};

[[nodiscard]] Page page_of(const Runbook& runbook);

// What `nightlatch runbook` has written, and nightlatch.dev/runbook/v1.
struct RunbookText {
  std::string plan;  // its hash
  Format format = Format::markdown;
  std::string file{};  // it was written to; empty: to none
  std::string text{};
  std::vector<std::string> replaced{};  // the sections that came from another template than the shipped one
};
[[nodiscard]] std::string runbook_json(const RunbookText& rendered);

}  // namespace nightlatch::report
