// Asks one API server and says from where (S16): through SSH from the node; else with curl on the node; else
// from this workstation.
//
// Every question opens a connection of its own. An Asker is used by one thread, the one that owns the node's
// SSH session. Where there is no answer the status is 0 with the reason: the exposure is then unknown, and
// never counts as closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/http.hpp"
#include "facts/probe.hpp"

namespace nightlatch::api {

// Sends a request without credentials with a tool on the node, and returns the HTTP status. `url` may contain
// every character of a URL, so it must be quoted for a shell.
using NodeCurl = std::function<Result<int>(const std::string& method, const std::string& url,
                                           std::chrono::milliseconds timeout)>;

// An API server and how it is reached.
struct AskerTarget {
  std::string node;  // for Seen::asked_from; empty: the API server is asked from this workstation
  std::string host;  // as the node sees it
  std::uint16_t port = 6443;
  std::string tls_name;                       // a name in the serving certificate, when `host` is not one
  std::string ca;                             // PEM
  Credentials credentials;                    // used only together with `ca`
  std::shared_ptr<CredentialSource> renewal;  // renews them after a 401; may be null
  std::function<Result<std::string>()> login_token;  // reads a person's token; empty: there is none
  Dialer dialer;                                     // empty: asked from this workstation
  NodeCurl node_curl;                                // may be empty
  std::string user_agent;
  std::chrono::milliseconds timeout{std::chrono::seconds(5)};
};

class Asker {
 public:
  explicit Asker(AskerTarget target) : target_(std::move(target)) {}

  // Sends one request and waits at most AskerTarget::timeout for each way to the API server. Never fails:
  // without an answer Seen::status is 0 and Seen::why has the reason. Only GET, and POST to self-reviews, are
  // sent (S23).
  [[nodiscard]] facts::Seen ask(const facts::Expectation& expectation);

  // The hash of the authentication configuration that the process uses, from GET /metrics with credentials;
  // nullopt: it exports none (see metrics.hpp). Errors: unreachable; denied, for every status but 200.
  [[nodiscard]] Result<std::optional<std::string>> loaded_config_hash();

  // host:port
  [[nodiscard]] std::string address() const;
  // SHA-256 of the last serving certificate (DER) that was seen, as hex; empty: none was seen yet.
  [[nodiscard]] const std::string& certificate_sha256() const { return certificate_sha256_; }

 private:
  enum class Way { undecided, tunnel, node_curl, direct };
  struct Reply;

  // Tries the ways in order until one gives an HTTP answer, and uses only that one from then on: a refused
  // connection while the API server restarts is a result, and no reason to ask from elsewhere.
  Reply put(const Question& question, Way& settled);
  Reply by_tunnel(const Question& question);
  Reply by_node_curl(const Question& question);
  Reply directly(const Question& question);
  [[nodiscard]] Question question(const facts::Expectation& expectation) const;

  AskerTarget target_;
  Way anonymous_way_ = Way::undecided;
  Way admin_way_ = Way::undecided;
  std::string certificate_sha256_;
  Credentials login_;  // of the present question: the token may be renewed during a roll
};

}  // namespace nightlatch::api
