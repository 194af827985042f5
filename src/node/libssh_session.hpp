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

struct KeyFree {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<ssh_key_struct, KeyFree>;

// Shared by its channels, because libssh frees the channels of a session together with it.
struct Session {
  std::shared_ptr<ssh_session_struct> handle;
  std::string node;      // the inventory's name, for messages
  std::string host_key;  // SHA256:…

  [[nodiscard]] ssh_session get() const { return handle.get(); }
  [[nodiscard]] std::string last_error() const { return ssh_get_error(handle.get()); }
};

// Connects by TCP or the ssh_config's proxy, exchanges keys, checks the host key strictly and logs in by
// public key; each step takes at most Endpoint::connect_timeout. Errors: those of read_ssh_config,
// proxy_words, connect_tcp, check_host_key and log_in; handshake_failed, ssh_proxy_failed.
[[nodiscard]] Result<Session> open_session(const Endpoint& endpoint);

}  // namespace nightlatch::node
