#include "node/libssh_host_key.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "node/known_hosts.hpp"
#include "node/libssh_session.hpp"
#include "util/file.hpp"
#include "util/text.hpp"
#include "util/user.hpp"

namespace nightlatch::node {

namespace {

// ssh-ed25519 is ED25519 to ssh-keygen and to people.
std::string key_kind(std::string_view type) {
  if (type.starts_with("ecdsa")) return "ECDSA";
  if (type.starts_with("ssh-ed")) return "ED25519";
  if (type.ends_with("rsa")) return "RSA";
  return std::string(type);
}

struct OfferedKey {
  std::string kind;
  std::string fingerprint;
};

OfferedKey offered_key(ssh_session session) {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(session, &raw) != SSH_OK) return {};
  Key key(raw);
  OfferedKey offered{key_kind(ssh_key_type_to_char(ssh_key_type(raw))), {}};
  unsigned char* hash = nullptr;
  std::size_t size = 0;
  if (ssh_get_publickey_hash(raw, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) == 0) {
    char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
    if (text != nullptr) offered.fingerprint = text;
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
  }
  return offered;
}

std::vector<std::string> files_of(const SshSettings& settings) {
  std::vector<std::string> files = settings.user_known_hosts;
  files.insert(files.end(), settings.global_known_hosts.begin(), settings.global_known_hosts.end());
  return files;
}

std::vector<KnownKey> keys_of(const SshSettings& settings, const std::string& name, std::uint16_t port) {
  std::vector<KnownKey> keys;
  for (const std::string& file : files_of(settings)) {
    Result<std::string> text = read_file(file);
    if (!text) continue;
    for (KnownKey& key : known_keys(*text, file, name, port)) keys.push_back(std::move(key));
  }
  return keys;
}

// As ssh looks them up: an alias has no port, and a name without its port counts where none has one.
std::vector<KnownKey> all_known(const SshSettings& settings) {
  if (!settings.host_key_alias.empty()) return keys_of(settings, settings.host_key_alias, 22);
  std::vector<KnownKey> keys = keys_of(settings, settings.host, settings.port);
  if (!keys.empty() || settings.port == 22) return keys;
  return keys_of(settings, settings.host, 22);
}

std::string name_in_known_hosts(const SshSettings& settings) {
  if (!settings.host_key_alias.empty()) return settings.host_key_alias;
  return settings.port == 22 ? settings.host : fmt::format("[{}]:{}", settings.host, settings.port);
}

std::string known_line(const KnownKey& known, std::string_view word) {
  return fmt::format("{:<9} {} {}  {}:{}", word, key_kind(known.type), known.fingerprint, known.file,
                     known.line);
}

std::string offered_line(const OfferedKey& offered) {
  return fmt::format("offered   {} {}", offered.kind, offered.fingerprint);
}

// What would let the key pass for ssh is said where it does not pass.
void say_what_is_not_followed(Error& error, const SshSettings& settings) {
  for (const std::string& option : settings.not_followed) {
    error.details.push_back(fmt::format("not followed: {} of the ssh_config", option));
  }
}

Error mismatch(const Endpoint& endpoint, const SshSettings& settings, const std::vector<KnownKey>& known,
               const OfferedKey& offered) {
  Error error{.code = node_errors::host_key_mismatch,
              .message = fmt::format("{}: the host key of {} differs from the one in known_hosts",
                                     endpoint.node, settings.host)};
  std::string file_option;
  for (const KnownKey& key : known) {
    if (key.revoked) continue;
    error.details.push_back(known_line(key, "known"));
    if (key.file != home_directory() + "/.ssh/known_hosts") file_option = fmt::format(" -f {}", key.file);
  }
  error.details.push_back(offered_line(offered));
  say_what_is_not_followed(error, settings);
  error.next = fmt::format(
      "nothing was changed. If {} was reinstalled, compare the offered key with the one that its owner "
      "names, then remove the old one: ssh-keygen{} -R '{}'",
      endpoint.node, file_option, name_in_known_hosts(settings));
  return error;
}

Error unknown(const Endpoint& endpoint, const SshSettings& settings, const OfferedKey& offered) {
  Error error{
      .code = node_errors::host_key_unknown,
      .message = fmt::format("{}: the host key of {} is not in known_hosts", endpoint.node, settings.host),
      .details = {offered_line(offered)}};
  for (const std::string& file : files_of(settings))
    error.details.push_back(fmt::format("read      {}", file));
  say_what_is_not_followed(error, settings);
  std::string options =
      endpoint.config.empty() ? "" : fmt::format("-F {} ", expand_home(endpoint.config).string());
  if (endpoint.port != 22) options += fmt::format("-p {} ", endpoint.port);
  if (!endpoint.known_hosts.empty()) {
    options += fmt::format("-o UserKnownHostsFile={} ", expand_home(endpoint.known_hosts).string());
  }
  error.next =
      fmt::format("compare the offered key with the one that {}'s owner names, then connect once: ssh {}{}",
                  endpoint.node, options, endpoint.host);
  return error;
}

}  // namespace

std::string host_key_algorithms(const SshSettings& settings) {
  std::vector<std::string> algorithms = split(settings.host_key_algorithms, ',');
  std::vector<KnownKey> known = all_known(settings);
  std::stable_partition(algorithms.begin(), algorithms.end(), [&](const std::string& algorithm) {
    std::string type = algorithm.starts_with("rsa-sha2-") ? "ssh-rsa" : algorithm;
    return std::any_of(known.begin(), known.end(), [&](const KnownKey& key) { return key.type == type; });
  });
  return join(algorithms, ",");
}

Result<std::string> check_host_key(ssh_session session, const Endpoint& endpoint,
                                   const SshSettings& settings) {
  OfferedKey offered = offered_key(session);
  std::vector<KnownKey> known = all_known(settings);
  bool has_any = false;
  bool has_it = false;
  for (const KnownKey& key : known) {
    bool is_it = !offered.fingerprint.empty() && key.fingerprint == offered.fingerprint;
    if (key.revoked && is_it) {
      return fail(node_errors::host_key_revoked,
                  fmt::format("{}: the host key of {} is marked as revoked", endpoint.node, settings.host),
                  {known_line(key, "revoked")});
    }
    has_any = has_any || !key.revoked;
    has_it = has_it || (is_it && !key.revoked);
  }
  if (has_it) return offered.fingerprint;
  return fail(has_any ? mismatch(endpoint, settings, known, offered) : unknown(endpoint, settings, offered));
}

}  // namespace nightlatch::node
