// The lines of known_hosts files that name a host. libssh reads one file of the user and one of the machine,
// knows no HostKeyAlias, and reports only that a key differs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::node {

// A host key in a known_hosts file.
struct KnownKey {
  std::string type;         // ssh-ed25519
  std::string fingerprint;  // SHA256:…
  std::string file;
  std::size_t line = 0;  // from 1
  bool revoked = false;  // marked with @revoked
};

// The keys in `text` (of a known_hosts file) for this host and port, in the order of the lines: by plain
// names, patterns with * ? and !, and hashed names (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Lines with
// @cert-authority, because host certificates are not accepted, and lines that are no entry are skipped.
// `file` is for KnownKey::file. Never fails.
[[nodiscard]] std::vector<KnownKey> known_keys(std::string_view text, const std::string& file,
                                               const std::string& host, std::uint16_t port);

}  // namespace nightlatch::node
