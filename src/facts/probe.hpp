// A question to an API server, what is expected, and what was seen. Each result names the place it was
// asked from (S16).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nightlatch::facts {

// login: a person's token, whose identity must not change (S18).
enum class Credentials { none, admin, login };

// Why a path is asked: a probe of the manifest, a path that must stay open, one that must be shut, the
// authenticated readiness, who a login is.
enum class Purpose { kubelet_probe, stays_open, must_be_closed, ready, identity };

struct Expectation {
  std::string method = "GET";
  std::string path;
  Credentials credentials = Credentials::none;
  Purpose purpose = Purpose::must_be_closed;
  std::vector<int> expected;  // status codes; empty: only reported

  bool operator==(const Expectation&) const = default;
};

// Requests that an API server has turned away with 429, to protect itself.
struct Rejected {
  std::uint64_t requests = 0;
  std::string since{};  // when its process began, in its own words: another word, another count

  bool operator==(const Rejected&) const = default;
};

struct Seen {
  Expectation question;
  int status = 0;     // 0: no HTTP answer
  std::string place;  // "cp1 through SSH", "curl on cp1", "this workstation"
  std::string why;    // of a 0: connection refused, timeout, …
  std::chrono::milliseconds took{0};
  std::string
      certificate{};       // SHA-256 (DER) of the serving certificate; empty: not seen, as by curl on a node
  std::string identity{};  // of a self-review: "ana [dev ops]"
  // Of GET /metrics with credentials.
  std::string loaded_config{};  // what the process says it has loaded; empty: it does not
  std::optional<Rejected> rejected{};

  [[nodiscard]] bool as_expected() const {
    if (question.expected.empty()) return true;
    for (int code : question.expected) {
      if (code == status) return true;
    }
    return false;
  }
};

}  // namespace nightlatch::facts
