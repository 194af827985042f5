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

// Shared by its channels, because libssh frees the channels of a session together with it.
struct Session {
  std::shared_ptr<ssh_session_struct> handle;
  std::string node;      // the inventory's name, for messages
  std::string host_key;  // SHA256:…

  [[nodiscard]] ssh_session get() const { return handle.get(); }
  [[nodiscard]] std::string last_error() const { return ssh_get_error(handle.get()); }
};

// Connects by TCP (or the ssh_config's proxy), exchanges keys, checks the host key strictly and authenticates
// by public key; each step takes at most Endpoint::connect_timeout. Errors: unreachable, connection_refused,
// name_unknown, ssh_config_unreadable, handshake_failed, host_key_unknown, host_key_mismatch,
// identity_unusable, authentication_denied.
[[nodiscard]] Result<Session> open_session(const Endpoint& endpoint);

}  // namespace nightlatch::node
