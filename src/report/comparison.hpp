// Two runs beside each other: nightlatch.dev/comparison/v1.
#pragma once

#include <string>

#include "report/history.hpp"
#include "report/page.hpp"

namespace nightlatch::report {

struct Comparison {
  PastRun first;
  PastRun second;
};

[[nodiscard]] Page page_of(const Comparison& comparison);
[[nodiscard]] std::string comparison_json(const Comparison& comparison);

}  // namespace nightlatch::report
