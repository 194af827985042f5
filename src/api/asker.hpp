// Asks one API server and says from where (S16): through SSH; else curl on the node; else from here.
//
// Nothing is opened before a question and nothing is kept after it. One thread uses an Asker: the one that
// owns the node's session. "No answer" is status 0 with the reason: unknown, never closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "api/http.hpp"
#include "facts/probe.hpp"

namespace nightlatch::api {

// A question without credentials by a tool on the node itself: the HTTP status. The URL may hold any byte a
// URL can: quote it for a shell.
using NodeCurl = std::function<Result<int>(const std::string& method, const std::string& url,
                                           std::chrono::milliseconds timeout)>;

// An API server and the ways to it.
struct AskerTarget {
  std::string node;  // for the place; empty: none, asked from here
  std::string host;  // as the node sees it
  std::uint16_t port = 6443;
  std::string tls_name;                              // a name in the serving certificate, when `host` is none
  std::string ca;                                    // PEM
  Credentials credentials;                           // used only together with `ca`
  std::function<Result<std::string>()> login_token;  // empty: nobody's login is asked for
  Dialer dialer;                                     // empty: asked from here
  NodeCurl node_curl;                                // may be empty
  std::string user_agent;
  std::chrono::milliseconds timeout{std::chrono::seconds(5)};
};

class Asker {
 public:
  explicit Asker(AskerTarget target) : target_(std::move(target)) {}

  [[nodiscard]] facts::Seen ask(const facts::Expectation& expectation);

  // From /metrics with credentials; see metrics.hpp. An error: no answer, or not 200.
  [[nodiscard]] Result<std::optional<std::string>> loaded_config_hash();

  // host:port
  [[nodiscard]] std::string address() const;
  // SHA-256 (DER) of the last serving certificate that was seen; empty: none yet.
  [[nodiscard]] const std::string& certificate_sha256() const { return certificate_sha256_; }

 private:
  enum class Way { undecided, tunnel, node_curl, direct };
  struct Reply;

  // Tries the ways in order until one gives an HTTP answer; then stays with it, so that a refused connection
  // in mid-restart is a result and not a reason to ask from elsewhere.
  Reply put(const Question& question, Way& settled);
  Reply by_tunnel(const Question& question);
  Reply by_node_curl(const Question& question);
  Reply directly(const Question& question);
  [[nodiscard]] Question question(const facts::Expectation& expectation) const;

  AskerTarget target_;
  Way anonymous_way_ = Way::undecided;
  Way admin_way_ = Way::undecided;
  std::string certificate_sha256_;
  Credentials login_;  // of the question at hand: a token may be renewed while a roll goes on
};

}  // namespace nightlatch::api
