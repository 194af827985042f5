// Logging in with public keys. Only the libssh_* files include this.
#pragma once

#include <memory>

#include <libssh/libssh.h>

#include "node/ssh_agent.hpp"
#include "node/ssh_settings.hpp"
#include "node/transport.hpp"
#include "util/result.hpp"

namespace nightlatch::node {

// Tries the inventory's identity file and then the agent; without such a file the agent, then the files of
// the ssh_config. `filter` is set where libssh is to see some of the agent's keys alone, and must live as
// long as the session. Errors: identity_unusable, authentication_denied.
[[nodiscard]] Status log_in(ssh_session session, const Endpoint& endpoint, const SshSettings& settings,
                            std::unique_ptr<AgentFilter>& filter);

}  // namespace nightlatch::node
