// Which nodes of a run are where, for the sentences and next commands of its report.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "report/run_report.hpp"

namespace nightlatch::report {

// The names of the nodes with one of these outcomes, in the plan's order.
[[nodiscard]] std::vector<std::string> names_of(const RunReport& report,
                                                std::initializer_list<rollout::NodeOutcome> wanted);
// Those that the rollback leaves as they are (--skip).
[[nodiscard]] std::vector<std::string> skipped_nodes(const plan::Plan& plan);
// Those whose silence has stopped the run.
[[nodiscard]] std::vector<std::string> silent_nodes(const rollout::RunResult& result);

// moved: the nodes that are where the plan leads. old: those that are not. A node that needs a person is
// neither.
struct Sides {
  std::vector<std::string> moved;
  std::vector<std::string> old;
};
[[nodiscard]] Sides sides(const RunReport& report);

// What a node that ended so lets in: as before when it was put back or never begun, and not known when it
// needs a person.
[[nodiscard]] access::Exposure exposure_now(const plan::Plan& plan, const plan::NodePlan& node,
                                            rollout::NodeOutcome outcome);

[[nodiscard]] bool every_node_moved(const RunReport& report);
// Whether a rollback did all it could without the nodes that it skipped.
[[nodiscard]] bool is_all_but_skipped(const RunReport& report);

}  // namespace nightlatch::report
