// What an ssh_config says of one host, as `ssh -G` prints it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::node {

// Each option in small letters, with its values in their order.
using SshOptionValues = std::map<std::string, std::vector<std::string>>;

// The output of `ssh -G`: a line an option. Never fails.
[[nodiscard]] SshOptionValues parse_ssh_options(std::string_view text);

// What is followed. Paths are absolute; lists of algorithms are separated by commas.
struct SshSettings {
  std::string host;  // a name or an address
  std::uint16_t port = 22;
  std::string user;
  std::string proxy_command;   // empty: none
  std::string proxy_jump;      // empty: none
  std::string address_family;  // any, inet, inet6
  std::string bind_address;    // empty: any
  std::string host_key_alias;  // empty: host keys are looked up under the host's name
  std::vector<std::string> user_known_hosts;
  std::vector<std::string> global_known_hosts;
  std::vector<std::string> identity_files;
  bool identities_only = false;
  std::string identity_agent;  // empty: what SSH_AUTH_SOCK names; "none"
  std::string ciphers;
  std::string macs;
  std::string kex_algorithms;
  std::string host_key_algorithms;
  std::string user_key_algorithms;
  int rsa_size = 0;  // in bits; 0: libssh's own
  // "StrictHostKeyChecking no": what would let a host key pass, and does not here.
  std::vector<std::string> not_followed;
};

// Whether settings_of needs the defaults.
[[nodiscard]] bool has_unknown_option(const SshOptionValues& values);

// `defaults`: what ssh says without any file, to tell an option that this version does not know and that
// somebody has set. `node` is for messages. Errors: ssh_option_refused, which names every such option.
[[nodiscard]] Result<SshSettings> settings_of(const SshOptionValues& values, const SshOptionValues& defaults,
                                              const std::string& node);

// ssh_option_refused: `names` are the options, `why` has a line for each.
[[nodiscard]] Error cannot_follow(const std::string& node, std::string_view names,
                                  std::vector<std::string> why);

// The text with its tokens replaced (ssh_config(5), TOKENS): "%%" is a "%", and for which letter stands what
// the caller says; a token of which it says nullopt stays as it is written.
[[nodiscard]] std::string with_tokens(std::string_view text,
                                      const std::function<std::optional<std::string>(char)>& value_of_token);
// What %h, %p and %r stand for; nullopt: another token.
[[nodiscard]] std::optional<std::string> connection_token(const SshSettings& settings, char token);

}  // namespace nightlatch::node
