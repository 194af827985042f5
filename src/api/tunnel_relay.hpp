// Lends curl a socket that leads into a Tunnel.
//
// curl is built to connect by itself: where a program hands it a connected socket, 7.88 connects that socket
// again and fails. So curl connects to an abstract unix socket of this process, and what arrives is passed on
// to the tunnel in the same thread. The name is the kernel's choice, and only this process is let in.
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
  // An error: no socket could be made.
  [[nodiscard]] static Result<TunnelRelay> open(Tunnel& tunnel);

  // For CURLOPT_ABSTRACT_UNIX_SOCKET.
  [[nodiscard]] const std::string& name() const { return name_; }

  // Moves what there is both ways; waits at most `wait` for the far side when nothing moved.
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
  bool let_in();

  Tunnel* tunnel_;
  Fd listener_;
  Fd curl_;  // our end of curl's connection
  std::string name_;
  Flow out_;
  Flow in_;
  bool open_ = true;  // the far side
};

}  // namespace nightlatch::api
