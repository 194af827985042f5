// Asks ssh what its configuration says of a host, and makes the command of a proxy from the answer.
#pragma once

#include <string>
#include <vector>

#include "node/ssh_settings.hpp"
#include "node/transport.hpp"

namespace nightlatch::node {

// Runs `ssh -G` as the command `ssh` would read its files for this endpoint; what the endpoint states itself
// counts before them. Errors: ssh_config_unreadable, ssh_missing, ssh_option_refused.
[[nodiscard]] Result<SshSettings> read_ssh_config(const Endpoint& endpoint);

// The program and its arguments that carry the connection; empty: the connection is a TCP connection of our
// own. ProxyJump becomes one `ssh -W` for each host, which neither asks nor adds a host key. Errors:
// ssh_proxy_failed: a host of ProxyJump leads back to itself, or a token of ProxyCommand is unknown.
[[nodiscard]] Result<std::vector<std::string>> proxy_words(const SshSettings& settings,
                                                           const Endpoint& endpoint);

}  // namespace nightlatch::node
