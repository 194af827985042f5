// The way back of one manifest that somebody has edited since the run that is undone. Pure.
#pragma once

#include <optional>
#include <string>

#include "facts/node_facts.hpp"
#include "plan/planner.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

struct TakenBack {
  NodePlan node;
  std::optional<ManifestChange> change;  // nullopt: somebody has taken out all that the run wrote
  NodeBytes bytes;
};

// Takes out of today's manifest what `change`, a swap of `run`, wrote there; what was edited since stays
// (S1). What the run found is read from its backup on the node (NodeFacts::manifest_backup), whose hash
// decides. `original`: the node in the plan of that run. Errors: not_ours_anymore, where the node has no
// whole backup of that run; version_out_of_range, where it runs a version that is neither known nor among
// `accepted_versions`; plan_edited, where the plan's splices do not lead from the backup to what the run
// wrote; exposure_unknown, where nobody can say what the result lets in; those of manifest::take_back.
[[nodiscard]] Result<TakenBack> take_back(const NodePlan& original, const ManifestChange& change,
                                          const facts::NodeFacts& facts, const std::string& run,
                                          const std::vector<std::string>& accepted_versions);

// What the plan says of a node whose manifest was edited since `run`.
[[nodiscard]] PlanCheck edit_kept(const NodePlan& node, const std::string& run);

}  // namespace nightlatch::plan
