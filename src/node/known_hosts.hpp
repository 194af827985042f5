// Where known_hosts files name a host, so that a message can point at the line. libssh says only that a key
// differs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::node {

struct KnownKey {
  std::string type;         // ssh-ed25519
  std::string fingerprint;  // SHA256:…
  std::string file;
  std::size_t line = 0;  // from 1
};

// The keys that a known_hosts text holds for a host: plain names, patterns with * ? and !, hashed names.
// Lines with a marker (@cert-authority, @revoked) are skipped, as libssh does.
[[nodiscard]] std::vector<KnownKey> known_keys(std::string_view text, const std::string& file,
                                               const std::string& host, std::uint16_t port);

}  // namespace nightlatch::node
