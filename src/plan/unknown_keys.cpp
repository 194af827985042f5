#include "plan/unknown_keys.hpp"

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

std::optional<PlanCheck> unknown_keys_check(const facts::NodeFacts& node) {
  if (node.unknown_keys.empty()) return std::nullopt;
  return PlanCheck{.grade = PlanCheck::Grade::warning,
                   .text = fmt::format("{}: the node's script reports facts that this version of nightlatch "
                                       "does not know, and they are not used: {}",
                                       node.name, join(node.unknown_keys, ", ")),
                   .code = plan_checks::facts_unknown.number,
                   .subject = {.node = node.name}};
}

}  // namespace nightlatch::plan
