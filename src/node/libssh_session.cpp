#include "node/libssh_session.hpp"

#include <algorithm>
#include <filesystem>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "node/known_hosts.hpp"
#include "node/tcp.hpp"
#include "util/file.hpp"
#include "util/user.hpp"

namespace nightlatch::node {

namespace {

struct KeyFree {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<ssh_key_struct, KeyFree>;

std::string option(ssh_session session, ssh_options_e which) {
  char* text = nullptr;
  if (ssh_options_get(session, which, &text) != SSH_OK || text == nullptr) return {};
  std::string value(text);
  ssh_string_free_char(text);
  return value;
}

std::string expanded(const std::string& path) {
  return expand_home(path).string();
}

// The ssh_config is read first, and the inventory's settings replace it, as options of the command `ssh` do.
Status set_options(ssh_session session, const Endpoint& endpoint) {
  int no = 0;
  ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
  ssh_options_set(session, SSH_OPTIONS_HOST, endpoint.host.c_str());
  std::string config = expanded(endpoint.config);
  if (!config.empty() && ::access(config.c_str(), R_OK) != 0) {
    return fail(node_errors::ssh_config_unreadable,
                fmt::format("{}: {} cannot be read", endpoint.node, config));
  }
  if (ssh_options_parse_config(session, config.empty() ? nullptr : config.c_str()) != SSH_OK) {
    return fail(node_errors::ssh_config_unreadable,
                fmt::format("{}: {}: {}", endpoint.node, config.empty() ? "~/.ssh/config" : config,
                            ssh_get_error(session)));
  }
  // With `StrictHostKeyChecking no` in the ssh_config libssh calls every key known, a changed one too. What
  // follows are commands as root: the key is always compared.
  int always = 1;
  ssh_options_set(session, SSH_OPTIONS_STRICTHOSTKEYCHECK, &always);
  int silent = SSH_LOG_NOLOG;  // ssh_config's LogLevel would make libssh write to stderr
  ssh_options_set(session, SSH_OPTIONS_LOG_VERBOSITY, &silent);
  if (endpoint.port != 22) {
    unsigned int port = endpoint.port;
    ssh_options_set(session, SSH_OPTIONS_PORT, &port);
  }
  if (!endpoint.user.empty()) ssh_options_set(session, SSH_OPTIONS_USER, endpoint.user.c_str());
  if (!endpoint.known_hosts.empty()) {
    ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, expanded(endpoint.known_hosts).c_str());
  }
  long seconds =
      std::max<long>(1, std::chrono::duration_cast<std::chrono::seconds>(endpoint.connect_timeout).count());
  ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &seconds);
  return {};
}

// libssh turns ProxyJump into a plain `ssh -W`, which may ask questions and add host keys. It is made to do
// neither, and to read the same ssh_config.
void make_jump_strict(ssh_session session, const Endpoint& endpoint) {
  std::string proxy = option(session, SSH_OPTIONS_PROXYCOMMAND);
  if (!proxy.starts_with("ssh ") || proxy.find("-W '[%h]:%p'") == std::string::npos) return;
  std::string strict = "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes ";
  if (!endpoint.config.empty()) strict += fmt::format("-F '{}' ", expanded(endpoint.config));
  ssh_options_set(session, SSH_OPTIONS_PROXYCOMMAND, (strict + proxy.substr(4)).c_str());
}

struct Address {
  std::string host;
  std::uint16_t port = 22;
};

Address effective_address(ssh_session session, const Endpoint& endpoint) {
  unsigned int port = endpoint.port;
  ssh_options_get_port(session, &port);
  std::string host = option(session, SSH_OPTIONS_HOST);
  return {host.empty() ? endpoint.host : host, static_cast<std::uint16_t>(port)};
}

Status connect_session(ssh_session session, const Endpoint& endpoint, const Address& address) {
  if (option(session, SSH_OPTIONS_PROXYCOMMAND).empty()) {
    NL_ASSIGN(Fd fd, connect_tcp(endpoint.node, address.host, address.port, endpoint.connect_timeout));
    socket_t raw = fd.release();  // the session closes it
    ssh_options_set(session, SSH_OPTIONS_FD, &raw);
  }
  if (ssh_connect(session) == SSH_OK) return {};
  return fail(node_errors::handshake_failed,
              fmt::format("{}: the SSH session with {} port {} could not be set up: {}", endpoint.node,
                          address.host, address.port, ssh_get_error(session)));
}

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

std::string name_in_known_hosts(const Address& address) {
  return address.port == 22 ? address.host : fmt::format("[{}]:{}", address.host, address.port);
}

Error mismatch(ssh_session session, const Endpoint& endpoint, const Address& address,
               const OfferedKey& offered) {
  Error error{.code = node_errors::host_key_mismatch,
              .message = fmt::format("{}: the host key of {} differs from the one in known_hosts",
                                     endpoint.node, address.host)};
  std::string file_option;
  for (ssh_options_e which : {SSH_OPTIONS_KNOWNHOSTS, SSH_OPTIONS_GLOBAL_KNOWNHOSTS}) {
    std::string file = option(session, which);
    Result<std::string> text = read_file(file);
    if (!text) continue;
    for (const KnownKey& known : known_keys(*text, file, address.host, address.port)) {
      error.details.push_back(fmt::format("known     {} {}  {}:{}", key_kind(known.type), known.fingerprint,
                                          known.file, known.line));
      if (!endpoint.known_hosts.empty()) file_option = fmt::format(" -f {}", known.file);
    }
  }
  error.details.push_back(fmt::format("offered   {} {}", offered.kind, offered.fingerprint));
  error.next = fmt::format(
      "nothing was changed. If {} was reinstalled, compare the offered key with the one that its owner "
      "names, then "
      "remove the old one: ssh-keygen{} -R '{}'",
      endpoint.node, file_option, name_in_known_hosts(address));
  return error;
}

// A new host key is refused and never added to known_hosts: accepting it is a person's decision.
Result<std::string> check_host_key(ssh_session session, const Endpoint& endpoint, const Address& address) {
  OfferedKey offered = offered_key(session);
  switch (ssh_session_is_known_server(session)) {
    case SSH_KNOWN_HOSTS_OK:
      return offered.fingerprint;
    case SSH_KNOWN_HOSTS_CHANGED:
    case SSH_KNOWN_HOSTS_OTHER:
      return fail(mismatch(session, endpoint, address, offered));
    default:
      break;
  }
  Error error{
      .code = node_errors::host_key_unknown,
      .message = fmt::format("{}: the host key of {} is not in known_hosts", endpoint.node, address.host),
      .details = {fmt::format("offered   {} {}", offered.kind, offered.fingerprint),
                  fmt::format("read      {}", option(session, SSH_OPTIONS_KNOWNHOSTS))}};
  std::string port = address.port == 22 ? "" : fmt::format("-p {} ", address.port);
  std::string file = endpoint.known_hosts.empty()
                         ? ""
                         : fmt::format("-o UserKnownHostsFile={} ", expanded(endpoint.known_hosts));
  error.next =
      fmt::format("compare the offered key with the one that {}'s owner names, then connect once: ssh {}{}{}",
                  endpoint.node, port, file, address.host);
  return fail(std::move(error));
}

std::string accepted_methods(ssh_session session) {
  int methods = ssh_userauth_list(session, nullptr);
  std::string names;
  const std::pair<int, const char*> all[] = {{SSH_AUTH_METHOD_PUBLICKEY, "publickey"},
                                             {SSH_AUTH_METHOD_PASSWORD, "password"},
                                             {SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
                                             {SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}};
  for (auto [method, text] : all) {
    if ((methods & method) == 0) continue;
    if (!names.empty()) names += ", ";
    names += text;
  }
  return names;
}

Result<ssh_auth_e> try_identity_file(ssh_session session, const Endpoint& endpoint) {
  std::string path = expanded(endpoint.identity_file);
  ssh_key raw = nullptr;
  // The passphrase is empty and not a nullptr, so that OpenSSL does not ask for one on the terminal.
  int loaded = ::access(path.c_str(), R_OK) == 0
                   ? ssh_pki_import_privkey_file(path.c_str(), "", nullptr, nullptr, &raw)
                   : SSH_EOF;
  Key key(raw);
  if (loaded == SSH_EOF) {
    return fail(node_errors::identity_unusable, fmt::format("{}: {} cannot be read", endpoint.node, path));
  }
  if (loaded != SSH_OK) {
    auto by_agent = static_cast<ssh_auth_e>(ssh_userauth_agent(session, nullptr));
    if (by_agent == SSH_AUTH_SUCCESS) return by_agent;
    return fail(
        node_errors::identity_unusable,
        fmt::format(
            "{}: {} is not a private key without a passphrase, and no key of the SSH agent is accepted",
            endpoint.node, path));
  }
  auto result = static_cast<ssh_auth_e>(ssh_userauth_publickey(session, nullptr, raw));
  if (result == SSH_AUTH_DENIED) result = static_cast<ssh_auth_e>(ssh_userauth_agent(session, nullptr));
  return result;
}

Status authenticate(ssh_session session, const Endpoint& endpoint, const Address& address) {
  auto result = static_cast<ssh_auth_e>(ssh_userauth_none(session, nullptr));
  if (result == SSH_AUTH_SUCCESS) return {};
  if (result != SSH_AUTH_ERROR) {
    if (endpoint.identity_file.empty()) {
      result = static_cast<ssh_auth_e>(ssh_userauth_publickey_auto(session, nullptr, nullptr));
    } else {
      NL_ASSIGN(result, try_identity_file(session, endpoint));
    }
  }
  if (result == SSH_AUTH_SUCCESS) return {};
  std::string user = option(session, SSH_OPTIONS_USER);
  if (user.empty()) {
    user = login_name();
    if (user.empty()) user = "this user";
  }
  std::vector<std::string> details{fmt::format("the server accepts: {}", accepted_methods(session))};
  if (result == SSH_AUTH_ERROR) details = {ssh_get_error(session)};
  return fail(node_errors::authentication_denied,
              fmt::format("{}: {} accepts none of the SSH keys of {}", endpoint.node, address.host, user),
              std::move(details));
}

}  // namespace

Result<Session> open_session(const Endpoint& endpoint) {
  std::shared_ptr<ssh_session_struct> handle(ssh_new(), [](ssh_session session) {
    if (session == nullptr) return;
    ssh_disconnect(session);
    ssh_free(session);
  });
  if (!handle)
    return fail(node_errors::handshake_failed,
                fmt::format("{}: there is no memory for an SSH session", endpoint.node));
  NL_TRY(set_options(handle.get(), endpoint));
  make_jump_strict(handle.get(), endpoint);
  Address address = effective_address(handle.get(), endpoint);
  NL_TRY(connect_session(handle.get(), endpoint, address));
  NL_ASSIGN(std::string host_key, check_host_key(handle.get(), endpoint, address));
  NL_TRY(authenticate(handle.get(), endpoint, address));
  return Session{std::move(handle), endpoint.node, std::move(host_key)};
}

}  // namespace nightlatch::node
