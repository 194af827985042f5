// A TCP connection with a time limit, which tells "unreachable", "refused" and "no such name" apart.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "util/fd.hpp"
#include "util/result.hpp"

namespace nightlatch::node {

// Tries every address of the name one after the other, each for at most `limit`. The socket is non-blocking,
// and the kernel closes it when sent bytes are not acknowledged for 45 s (TCP_USER_TIMEOUT). `node` is for
// messages. Errors: name_unknown, connection_refused, unreachable.
[[nodiscard]] Result<Fd> connect_tcp(const std::string& node, const std::string& host, std::uint16_t port,
                                     std::chrono::milliseconds limit);

}  // namespace nightlatch::node
