// A byte stream to an address as another machine sees it (S16: questions to an API server are asked from its
// node). The room node opens tunnels, the room api sends requests through them; neither includes the other.
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
  // False when the node's side has closed the connection and all bytes were passed on.
  [[nodiscard]] virtual bool pump(std::chrono::milliseconds wait) = 0;
};

// Opens a tunnel to host:port. An empty Dialer means a direct connection from this workstation.
using Dialer = std::function<Result<std::unique_ptr<Tunnel>>(const std::string& host, std::uint16_t port)>;

}  // namespace nightlatch
