// A direct-tcpip channel (RFC 4254, 7.2) as a socket: the caller gets one end of a socket pair, and pump()
// moves the bytes between the other end and the channel on the calling thread.
#pragma once

#include <string>

#include "node/libssh_session.hpp"
#include "util/fd.hpp"
#include "util/tunnel.hpp"

namespace nightlatch::node {

class LibsshTunnel final : public Tunnel {
 public:
  // `channel` is an open channel of `session`; `outer` and `inner` are the ends of one socket pair.
  LibsshTunnel(Session session, Channel channel, Fd outer, Fd inner);
  ~LibsshTunnel() override;

  [[nodiscard]] int socket() const override { return outer_.get(); }
  [[nodiscard]] bool pump(std::chrono::milliseconds wait) override;

 private:
  enum class Moved { nothing, something, broken };
  Moved from_node();
  Moved to_node();
  [[nodiscard]] bool drained() const;
  void wait_for_news(std::chrono::milliseconds wait) const;

  Session session_;
  Channel channel_;
  Fd outer_;  // the caller's end
  Fd inner_;
  std::string pending_;  // from the node, not yet taken by the caller
  bool caller_closed_ = false;
  bool far_closed_ = false;  // the node's side has closed the channel, or the connection broke
};

}  // namespace nightlatch::node
