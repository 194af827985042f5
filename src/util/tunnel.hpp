// A byte stream to an address as seen from somewhere else (S16: questions go from the node's own network
// place). An SSH room makes one, an HTTP room speaks through it; neither knows the other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "util/result.hpp"

namespace nightlatch {

class Tunnel {
 public:
  Tunnel() = default;
  virtual ~Tunnel() = default;
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  // A connected stream socket (AF_UNIX) that stands for the connection; owned by the tunnel.
  [[nodiscard]] virtual int socket() const = 0;
  // Moves bytes both ways for at most `wait`. One thread uses a tunnel: the one that owns the session.
  // False once the far side has closed and everything was handed over.
  [[nodiscard]] virtual bool pump(std::chrono::milliseconds wait) = 0;
};

// Opens a tunnel to host:port; nothing when the connection is to be made from here, directly.
using Dialer = std::function<Result<std::unique_ptr<Tunnel>>(const std::string& host, std::uint16_t port)>;

}  // namespace nightlatch
