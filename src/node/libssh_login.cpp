#include "node/libssh_login.hpp"

#include <cstdlib>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "node/libssh_session.hpp"
#include "util/file.hpp"
#include "util/hash.hpp"

namespace nightlatch::node {

namespace {

// Null: it is no private key, or one with a passphrase. The passphrase is empty and not a nullptr, so that
// OpenSSL does not ask for one on the terminal.
Key private_key(const std::string& path) {
  ssh_key raw = nullptr;
  if (::access(path.c_str(), R_OK) != 0) return nullptr;
  if (ssh_pki_import_privkey_file(path.c_str(), "", nullptr, nullptr, &raw) != SSH_OK) return nullptr;
  return Key(raw);
}

// As the agent names it; empty: it is not told. A private key in OpenSSH's form has it in front, with a
// passphrase too.
std::string public_key(const std::string& path) {
  for (const std::string& file : {path + ".pub", path}) {
    ssh_key raw = nullptr;
    if (::access(file.c_str(), R_OK) != 0) continue;
    if (ssh_pki_import_pubkey_file(file.c_str(), &raw) != SSH_OK) continue;
    Key key(raw);
    char* text = nullptr;
    if (ssh_pki_export_pubkey_base64(key.get(), &text) != SSH_OK) continue;
    std::string blob = base64_decode(text).value_or("");
    ssh_string_free_char(text);
    return blob;
  }
  return {};
}

class Login {
 public:
  Login(ssh_session session, const Endpoint& endpoint, const SshSettings& settings,
        std::unique_ptr<AgentFilter>& filter)
      : session_(session), endpoint_(endpoint), settings_(settings), filter_(filter) {}

  Status run();

 private:
  [[nodiscard]] ssh_auth_e with_agent();
  [[nodiscard]] ssh_auth_e with_key(const Key& key);
  [[nodiscard]] ssh_auth_e with_files();
  [[nodiscard]] Result<ssh_auth_e> with_stated_file();
  [[nodiscard]] std::string accepted_methods() const;
  [[nodiscard]] Error denied(ssh_auth_e result) const;

  ssh_session session_;
  const Endpoint& endpoint_;
  const SshSettings& settings_;
  std::unique_ptr<AgentFilter>& filter_;
};

ssh_auth_e Login::with_agent() {
  if (settings_.identity_agent == "none") return SSH_AUTH_DENIED;
  const char* usual = std::getenv("SSH_AUTH_SOCK");
  std::string place =
      settings_.identity_agent.empty() ? (usual == nullptr ? "" : usual) : settings_.identity_agent;
  Fd agent = connect_agent(place);
  if (!agent.valid()) return SSH_AUTH_DENIED;
  if (settings_.identities_only) {
    std::vector<std::string> keys;
    for (const std::string& file : settings_.identity_files) {
      if (std::string key = public_key(file); !key.empty()) keys.push_back(std::move(key));
    }
    filter_ = std::make_unique<AgentFilter>(std::move(agent), std::move(keys));
    agent = filter_->take_socket();
    if (!agent.valid()) return SSH_AUTH_DENIED;
  }
  if (ssh_set_agent_socket(session_, agent.get()) != SSH_OK) return SSH_AUTH_DENIED;
  (void)agent.release();  // the session closes it
  return static_cast<ssh_auth_e>(ssh_userauth_agent(session_, nullptr));
}

ssh_auth_e Login::with_key(const Key& key) {
  return static_cast<ssh_auth_e>(ssh_userauth_publickey(session_, nullptr, key.get()));
}

ssh_auth_e Login::with_files() {
  for (const std::string& file : settings_.identity_files) {
    Key key = private_key(file);
    if (!key) continue;
    ssh_auth_e result = with_key(key);
    if (result == SSH_AUTH_SUCCESS || result == SSH_AUTH_ERROR) return result;
  }
  return SSH_AUTH_DENIED;
}

Result<ssh_auth_e> Login::with_stated_file() {
  std::string path = expand_home(endpoint_.identity_file).string();
  if (::access(path.c_str(), R_OK) != 0) {
    return fail(node_errors::identity_unusable, fmt::format("{}: {} cannot be read", endpoint_.node, path));
  }
  Key key = private_key(path);
  ssh_auth_e result = key ? with_key(key) : SSH_AUTH_DENIED;
  if (result == SSH_AUTH_SUCCESS || result == SSH_AUTH_ERROR) return result;
  result = with_agent();
  if (key || result == SSH_AUTH_SUCCESS) return result;
  return fail(
      node_errors::identity_unusable,
      fmt::format("{}: {} is not a private key without a passphrase, and no key of the SSH agent is accepted",
                  endpoint_.node, path));
}

std::string Login::accepted_methods() const {
  int methods = ssh_userauth_list(session_, nullptr);
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

Error Login::denied(ssh_auth_e result) const {
  std::string detail = result == SSH_AUTH_ERROR ? std::string(ssh_get_error(session_))
                                                : fmt::format("the server accepts: {}", accepted_methods());
  return Error{.code = node_errors::authentication_denied,
               .message = fmt::format("{}: {} accepts none of the SSH keys of {}", endpoint_.node,
                                      settings_.host, settings_.user),
               .details = {std::move(detail)}};
}

Status Login::run() {
  auto result = static_cast<ssh_auth_e>(ssh_userauth_none(session_, nullptr));
  if (result == SSH_AUTH_SUCCESS) return {};
  if (result != SSH_AUTH_ERROR) {
    if (!endpoint_.identity_file.empty()) {
      NL_ASSIGN(result, with_stated_file());
    } else {
      result = with_agent();
      if (result != SSH_AUTH_SUCCESS && result != SSH_AUTH_ERROR) result = with_files();
    }
  }
  if (result == SSH_AUTH_SUCCESS) return {};
  return fail(denied(result));
}

}  // namespace

Status log_in(ssh_session session, const Endpoint& endpoint, const SshSettings& settings,
              std::unique_ptr<AgentFilter>& filter) {
  return Login(session, endpoint, settings, filter).run();
}

}  // namespace nightlatch::node
