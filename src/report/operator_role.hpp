// `nightlatch rbac grant-operator`: the role of a person who runs nightlatch; nightlatch.dev/operator/v1.
#pragma once

#include <string>

#include "rbac/operator_role.hpp"
#include "report/page.hpp"

namespace nightlatch::report {

[[nodiscard]] Page page_of(const rbac::OperatorRole& role);
[[nodiscard]] std::string operator_json(const rbac::OperatorRole& role);

}  // namespace nightlatch::report
