// An authenticated libssh session. Only the libssh_* files include this.
#pragma once

#include <memory>
#include <string>

#include <libssh/libssh.h>

#include "node/transport.hpp"

namespace nightlatch::node {

struct ChannelFree {
  void operator()(ssh_channel channel) const { ssh_channel_free(channel); }
};
using Channel = std::unique_ptr<ssh_channel_struct, ChannelFree>;

// Channels keep the session alive: libssh frees a session's channels with it.
struct Session {
  std::shared_ptr<ssh_session_struct> handle;
  std::string node;      // for messages
  std::string host_key;  // SHA256:…

  [[nodiscard]] ssh_session get() const { return handle.get(); }
  [[nodiscard]] std::string last_error() const { return ssh_get_error(handle.get()); }
};

// TCP (or the ssh_config's proxy), key exchange, strict host key check, public key authentication; each step
// with the endpoint's limit and errors of its own.
[[nodiscard]] Result<Session> open_session(const Endpoint& endpoint);

}  // namespace nightlatch::node
