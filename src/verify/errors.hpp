// Error codes of this room: what `nightlatch verify` found.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::verify_errors {

inline constexpr ErrorCode contradiction{
    7001, Exit::findings, "an API server does not answer as planned",
    "look at its manifest and its running arguments: nightlatch detect",
    "A path that was to be closed may be open, or one that a probe needs may be closed."};
inline constexpr ErrorCode not_seen{
    7002, Exit::coverage, "some questions got no answer",
    "check that every API server can be reached, then verify again",
    "What did not answer is neither known to be open nor known to be closed."};

inline constexpr ErrorCode not_attributed{
    7003, Exit::coverage,
    "another machine may answer where a node's API server is asked, so it was not asked",
    "set --advertise-address to an address that stays on the node, then verify again",
    "What another API server answers says nothing about this one."};

inline constexpr std::array all{contradiction, not_seen, not_attributed};

}  // namespace nightlatch::verify_errors
