// What the pages about a plan have in common.
#pragma once

#include <string>
#include <vector>

#include "manifest/splice.hpp"
#include "plan/plan.hpp"
#include "report/page.hpp"

namespace nightlatch::report {

// From a plan file, which holds no bytes of others: what goes and what comes, at which byte.
[[nodiscard]] Diff diff_of_splices(const std::vector<manifest::Splice>& splices,
                                   const std::vector<manifest::Splice>& undo);

// "before the first node", "after the last node", "after 2 nodes".
[[nodiscard]] std::string turn_text(const plan::Plan::ObjectTurn& turn, std::size_t changing_nodes);

// With why it matters and what to do, from the catalogue.
[[nodiscard]] Check check_of(const plan::PlanCheck& check);

}  // namespace nightlatch::report
