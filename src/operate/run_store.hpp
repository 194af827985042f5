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

// Makes the directory of a new run and writes its plan. The id is the directory's name: 20261122T0114-7f3a,
// with seconds when that exists here already, or is among `taken`: runs of other workstations.
[[nodiscard]] Result<std::filesystem::path> create_run(const plan::Plan& plan,
                                                       std::chrono::system_clock::time_point now,
                                                       const std::set<std::string>& taken = {});

// Newest first. `cluster` empty: of every cluster.
[[nodiscard]] std::vector<report::PastRun> past_runs(const std::string& cluster);

// One of them, by its id.
[[nodiscard]] Result<report::PastRun> find_run(const std::string& cluster, const std::string& id);

// The same, whose plan and journal can be read; an error tells which cannot.
[[nodiscard]] Result<report::PastRun> find_whole_run(const std::string& cluster, const std::string& id);

// The newest run of the cluster that changed a node and was not undone.
[[nodiscard]] Result<report::PastRun> last_run_to_undo(const std::string& cluster);

}  // namespace nightlatch::operate
