// Whether the host key that a server shows is the one of its host. Only the libssh_* files include this.
#pragma once

#include <string>

#include <libssh/libssh.h>

#include "node/ssh_settings.hpp"
#include "node/transport.hpp"
#include "util/result.hpp"

namespace nightlatch::node {

// The algorithms of SshSettings::host_key_algorithms, those first of which known_hosts has a key: a server
// has several keys and shows one that is asked for.
[[nodiscard]] std::string host_key_algorithms(const SshSettings& settings);

// The fingerprint of the key, "SHA256:…", after the exchange of keys. Nothing is ever added to known_hosts:
// accepting a new key is a person's decision. Errors: host_key_unknown, host_key_mismatch, host_key_revoked.
[[nodiscard]] Result<std::string> check_host_key(ssh_session session, const Endpoint& endpoint,
                                                 const SshSettings& settings);

}  // namespace nightlatch::node
