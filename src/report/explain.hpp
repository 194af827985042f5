// `nightlatch explain`: why a request was refused; nightlatch.dev/explain/v1.
#pragma once

#include <optional>
#include <string>

#include "rbac/explain.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

struct ExplainReport {
  rbac::Explanation explanation{};
  std::optional<rbac::CanExplanation> can{};  // the same, where a question was asked
  std::optional<ErrorCode> code{};            // where a code of nightlatch is explained
};

[[nodiscard]] Page page_of(const ExplainReport& report);
[[nodiscard]] std::string explain_json(const ExplainReport& report);

}  // namespace nightlatch::report
