#include "node/libssh_session.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "node/libssh_host_key.hpp"
#include "node/libssh_login.hpp"
#include "node/ssh_config.hpp"
#include "node/ssh_proxy.hpp"
#include "node/tcp.hpp"

namespace nightlatch::node {

namespace {

// A session with what it stands on, which must go after it.
struct Held {
  Held() : session(ssh_new()) {}
  ~Held() {
    if (session == nullptr) return;
    ssh_disconnect(session);
    ssh_free(session);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  std::unique_ptr<AgentFilter> filter{};
  std::unique_ptr<SshProxy> proxy{};
  ssh_session session;
};

// libssh keeps of a list what it knows. An empty list here: what ssh does not say.
Status set_algorithms(ssh_session session, ssh_options_e which, const std::string& list, const char* name,
                      const Endpoint& endpoint) {
  if (list.empty() || ssh_options_set(session, which, list.c_str()) == SSH_OK) return {};
  return fail(
      cannot_follow(endpoint.node, name, {fmt::format("{} {}: libssh has none of these.", name, list)}));
}

// libssh reads no ssh_config: it leaves out options without a word, and other ones in each version.
Status set_options(ssh_session session, const Endpoint& endpoint, const SshSettings& settings) {
  int no = 0;
  ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
  ssh_options_set(session, SSH_OPTIONS_HOST, settings.host.c_str());
  unsigned int port = settings.port;
  ssh_options_set(session, SSH_OPTIONS_PORT, &port);
  ssh_options_set(session, SSH_OPTIONS_USER, settings.user.c_str());
  int silent = SSH_LOG_NOLOG;
  ssh_options_set(session, SSH_OPTIONS_LOG_VERBOSITY, &silent);
  long seconds =
      std::max<long>(1, std::chrono::duration_cast<std::chrono::seconds>(endpoint.connect_timeout).count());
  ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &seconds);
  // Host keys are compared in libssh_host_key.cpp. These would only change the order of algorithms again.
  ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
  ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  int rsa_size = settings.rsa_size;
  if (rsa_size > 0 && ssh_options_set(session, SSH_OPTIONS_RSA_MIN_SIZE, &rsa_size) != SSH_OK) {
    return fail(cannot_follow(
        endpoint.node, "RequiredRSASize",
        {fmt::format("RequiredRSASize {}: libssh accepts no RSA key as short as that.", rsa_size)}));
  }
  NL_TRY(
      set_algorithms(session, SSH_OPTIONS_KEY_EXCHANGE, settings.kex_algorithms, "KexAlgorithms", endpoint));
  NL_TRY(set_algorithms(session, SSH_OPTIONS_HOSTKEYS, host_key_algorithms(settings), "HostKeyAlgorithms",
                        endpoint));
  NL_TRY(set_algorithms(session, SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, settings.user_key_algorithms,
                        "PubkeyAcceptedAlgorithms", endpoint));
  for (ssh_options_e which : {SSH_OPTIONS_CIPHERS_C_S, SSH_OPTIONS_CIPHERS_S_C}) {
    NL_TRY(set_algorithms(session, which, settings.ciphers, "Ciphers", endpoint));
  }
  for (ssh_options_e which : {SSH_OPTIONS_HMAC_C_S, SSH_OPTIONS_HMAC_S_C}) {
    NL_TRY(set_algorithms(session, which, settings.macs, "MACs", endpoint));
  }
  return {};
}

Result<int> open_socket(Held& held, const Endpoint& endpoint, const SshSettings& settings) {
  NL_ASSIGN(std::vector<std::string> words, proxy_words(settings, endpoint));
  if (words.empty()) {
    NL_ASSIGN(Fd fd, connect_tcp(endpoint.node,
                                 {.host = settings.host,
                                  .port = settings.port,
                                  .family = settings.address_family,
                                  .from = settings.bind_address},
                                 endpoint.connect_timeout));
    return fd.release();
  }
  NL_ASSIGN(held.proxy, SshProxy::start(words, endpoint.node));
  return held.proxy->release_socket();
}

Error not_set_up(const Held& held, const Endpoint& endpoint, const SshSettings& settings) {
  std::string said = held.proxy ? held.proxy->last_words() : std::string();
  if (held.proxy && !said.empty()) {
    return Error{
        .code = node_errors::ssh_proxy_failed,
        .message = fmt::format("{}: the proxy to {} port {} of the ssh_config made no connection: {}",
                               endpoint.node, settings.host, settings.port, said)};
  }
  return Error{
      .code = node_errors::handshake_failed,
      .message = fmt::format("{}: the SSH session with {} port {} could not be set up: {}", endpoint.node,
                             settings.host, settings.port, ssh_get_error(held.session))};
}

}  // namespace

Result<Session> open_session(const Endpoint& endpoint) {
  auto held = std::make_shared<Held>();
  if (held->session == nullptr) {
    return fail(node_errors::handshake_failed,
                fmt::format("{}: there is no memory for an SSH session", endpoint.node));
  }
  NL_ASSIGN(SshSettings settings, read_ssh_config(endpoint));
  NL_TRY(set_options(held->session, endpoint, settings));
  NL_ASSIGN(socket_t socket, open_socket(*held, endpoint, settings));
  ssh_options_set(held->session, SSH_OPTIONS_FD, &socket);  // the session closes it
  if (ssh_connect(held->session) != SSH_OK) return fail(not_set_up(*held, endpoint, settings));
  NL_ASSIGN(std::string host_key, check_host_key(held->session, endpoint, settings));
  NL_TRY(log_in(held->session, endpoint, settings, held->filter));
  std::shared_ptr<ssh_session_struct> handle(held, held->session);
  return Session{std::move(handle), endpoint.node, std::move(host_key)};
}

}  // namespace nightlatch::node
