// A local socket to which curl connects, and which leads into a Tunnel.
//
// curl 7.88 cannot use a socket that is connected already: it connects it again and fails. So curl connects
// to an abstract unix socket of this process, and its bytes are passed on to the tunnel on the same thread.
// The kernel chooses the name of the socket, and only a connection of this process is accepted.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

#include "util/fd.hpp"
#include "util/result.hpp"
#include "util/tunnel.hpp"

namespace nightlatch::api {

class TunnelRelay {
 public:
  // `tunnel` must outlive the relay. Error: unreachable, when no socket could be made.
  [[nodiscard]] static Result<TunnelRelay> open(Tunnel& tunnel);

  // For CURLOPT_ABSTRACT_UNIX_SOCKET.
  [[nodiscard]] const std::string& name() const { return name_; }

  // Moves the available bytes in both directions; when there are none, waits at most `wait` for the node's
  // side.
  void turn(std::chrono::milliseconds wait);
  [[nodiscard]] bool far_side_open() const { return open_; }

 private:
  // Bytes read and not yet written.
  struct Flow {
    std::array<char, 16384> bytes;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool ended = false;

    // True when bytes moved.
    bool move(int from, int to);
  };

  TunnelRelay(Tunnel& tunnel, Fd listener, std::string name)
      : tunnel_(&tunnel), listener_(std::move(listener)), name_(std::move(name)) {}
  bool accept_curl();

  Tunnel* tunnel_;
  Fd listener_;
  Fd curl_;  // our end of curl's connection
  std::string name_;
  Flow out_;
  Flow in_;
  bool open_ = true;  // the far side
};

}  // namespace nightlatch::api
