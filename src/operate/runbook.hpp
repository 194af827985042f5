// runbook: the document of a change window, made from a plan file. Asks no cluster.
#pragma once

#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/runbook.hpp"

namespace nightlatch::operate {

struct RunbookInput {
  std::string plan_file{};
  report::Format format = report::Format::markdown;
  std::string out{};        // the file it is written to; empty: none
  std::string templates{};  // a directory whose files NAME.md replace sections; empty: none does
  std::string change{};     // the number of the change, as people call it
  std::string options{};    // what the commands need, too: " -i prod.yaml"
  std::string version{};    // of nightlatch
};

// The window is looked up for now, with the calendar as it is; approvals are those beside the plan file.
// Errors: those of read_plan; no_runbook; plan_of_other_cluster; those of the inventory, where one is given;
// section_unknown; bad_template; zone_unknown; the calendar cannot be read; the file cannot be written.
[[nodiscard]] Result<report::RunbookText> runbook(const Ports& ports, cluster::Selection selection,
                                                  const RunbookInput& input);

// The template of a section as nightlatch brings it. Error: section_unknown.
[[nodiscard]] Result<std::string> runbook_template(const std::string& name);

}  // namespace nightlatch::operate
