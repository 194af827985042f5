// The runs that this workstation knows: ${XDG_STATE_HOME:-~/.local/state}/nightlatch/<cluster>/runs/<id>/
// {plan.json, journal.jsonl}.
#pragma once

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "report/history.hpp"
#include "util/result.hpp"

namespace nightlatch::operate {

// Makes the directory of a new run and writes its plan. The name of the directory is the id of the run: UTC
// time and the first 4 digits of the plan's hash, 20261122T0114-7f3a. The time has seconds where a run of
// that minute exists here already or is in `taken`, the runs that the nodes know, so that ids keep the order
// in which the runs were begun. Errors: the directory or the file cannot be written.
[[nodiscard]] Result<std::filesystem::path> create_run(const plan::Plan& plan,
                                                       std::chrono::system_clock::time_point now,
                                                       const std::set<std::string>& taken = {});

// All runs, newest first. `cluster` empty: of every cluster. A run whose plan or journal cannot be read is
// among them, with PastRun::broken set.
[[nodiscard]] std::vector<report::PastRun> past_runs(const std::string& cluster);

// The run with this id, which may be broken. Error: run_unknown.
[[nodiscard]] Result<report::PastRun> find_run(const std::string& cluster, const std::string& id);

// The same, but a plan or journal that cannot be read is an error.
[[nodiscard]] Result<report::PastRun> find_whole_run(const std::string& cluster, const std::string& id);

// A run that led from old to new and may have changed a node.
struct ForwardRun {
  report::PastRun run;
  bool changed_a_node = false;  // by its journal, which may not be readable
  bool is_undone = false;       // by the journals: a later run has turned it back, and was not undone itself
};
// Newest first. Only the nodes know what is left of them (plan/trace.hpp).
[[nodiscard]] std::vector<ForwardRun> forward_runs(const std::string& cluster);

}  // namespace nightlatch::operate
