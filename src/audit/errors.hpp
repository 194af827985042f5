// Error codes of this room: 5050 to 5059.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::audit_errors {

inline constexpr ErrorCode bad_taxonomy{5050, Exit::usage, "a taxonomy cannot be read",
                                        "compare it with templates/audit/taxonomy.yaml"};
inline constexpr ErrorCode bad_network{5051, Exit::usage, "an address or a network cannot be understood",
                                       "write 10.0.0.5, 10.0.0.0/24 or fd00::/64, several with commas"};

inline constexpr ErrorCode bad_allow_list{
    5052, Exit::usage, "an allow-list cannot be read",
    "write a list of entries, each with path, from, owner, reason and expires (docs/audit.md)"};

inline constexpr std::array all{bad_taxonomy, bad_network, bad_allow_list};

}  // namespace nightlatch::audit_errors
