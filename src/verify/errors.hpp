// Error codes of this room.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::verify_errors {

inline constexpr ErrorCode contradiction{7001, Exit::findings, "an API server answers otherwise than planned",
                                         "compare its manifest with the plan: nightlatch detect"};
inline constexpr ErrorCode not_seen{7002, Exit::coverage, "not every question got an answer",
                                    "check that every API server can be reached, then verify again"};

inline constexpr std::array all{contradiction, not_seen};

}  // namespace nightlatch::verify_errors
