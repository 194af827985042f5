// A TCP connection with a limit, so that "unreachable", "refused" and "no such name" stay three different
// answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "util/fd.hpp"
#include "util/result.hpp"

namespace nightlatch::node {

// Tries every address of the name in turn, each for at most `limit`. The socket does not block, and the
// kernel gives it up when bytes stay unacknowledged for 45 s. `node` is for messages.
[[nodiscard]] Result<Fd> connect_tcp(const std::string& node, const std::string& host, std::uint16_t port,
                                     std::chrono::milliseconds limit);

}  // namespace nightlatch::node
