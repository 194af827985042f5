// A TCP connection with a time limit, which tells "unreachable", "refused" and "no such name" apart.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "util/fd.hpp"
#include "util/result.hpp"

namespace nightlatch::node {

struct TcpTarget {
  std::string host;
  std::uint16_t port = 22;
  std::string family = "any";  // inet, inet6: addresses of this family alone
  std::string from = {};       // an address of this machine; empty: any
};

// Tries every address of the name one after the other, each for at most `limit`. The socket is non-blocking,
// and the kernel closes it when sent bytes are not acknowledged for 45 s (TCP_USER_TIMEOUT). `node` is for
// messages. Errors: name_unknown, connection_refused, unreachable.
[[nodiscard]] Result<Fd> connect_tcp(const std::string& node, const TcpTarget& target,
                                     std::chrono::milliseconds limit);

}  // namespace nightlatch::node
