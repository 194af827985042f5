// Signatures in the format of `ssh-keygen -Y` (OpenSSH's PROTOCOL.sshsig). ssh-keygen itself makes and judges
// them, so that keys in an agent, FIDO keys, certificates and allowed_signers files mean what they mean for
// ssh and git. It runs without a shell.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch {

// Signs `bytes` for `purpose`, the namespace of the signature. `key` is the file of a private key, or of a
// public one whose private half is in the agent or on a FIDO token. ssh-keygen may ask at the terminal for a
// passphrase or a touch, and its own messages go to stderr. Returns the armored signature. Errors:
// no_ssh_keygen; not_signed.
[[nodiscard]] Result<std::string> ssh_sign(std::string_view bytes, const std::filesystem::path& key,
                                           const std::string& purpose);

// What was signed, and the file of its signature.
struct SshSigned {
  std::string bytes;
  std::filesystem::path signature;
  std::string purpose;
};

// Whether `principal` has signed, by this allowed_signers file as it is read now: its key is listed there for
// that name and purpose, and valid. Returns the key: "ED25519 key SHA256:…". Errors: no_ssh_keygen;
// bad_signature, with ssh-keygen's own words.
[[nodiscard]] Result<std::string> ssh_verify(const SshSigned& text, const std::filesystem::path& allowed,
                                             const std::string& principal);

// Whether the signature is one of these bytes for that purpose, whoever has made it. Returns the key.
[[nodiscard]] Result<std::string> ssh_verify_key(const SshSigned& text);

// Whose key it is by that file: none, one, or several names.
[[nodiscard]] std::vector<std::string> ssh_principals(const std::filesystem::path& signature,
                                                      const std::filesystem::path& allowed);

// "SHA256:…" of the text of a key as these functions return it.
[[nodiscard]] std::string ssh_fingerprint(std::string_view key);

}  // namespace nightlatch
