// A question to an API server, the expected answer, and the answer that was seen. Each result says from where
// the question was asked (S16).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nightlatch::facts {

// admin: those of the kubeconfig's user. login: a person's token, whose identity must not change (S18).
enum class Credentials { none, admin, login };

// Why a question is asked.
enum class Purpose {
  kubelet_probe,   // it repeats a probe of the manifest
  stays_open,      // the path must stay open without credentials
  must_be_closed,  // the path must be closed without credentials
  ready,           // the API server must answer an administrator
  identity,        // who a login is
};

struct Expectation {
  std::string method = "GET";
  std::string path;
  Credentials credentials = Credentials::none;
  Purpose purpose = Purpose::must_be_closed;
  std::vector<int> expected;  // HTTP status codes; empty: the answer is only reported

  bool operator==(const Expectation&) const = default;
};

// How many requests an API server has rejected with 429 to protect itself, since its process began.
struct Rejected {
  std::uint64_t requests = 0;
  std::string
      since{};  // process_start_time_seconds as text; another text is another process, which counts from 0

  bool operator==(const Rejected&) const = default;
};

struct Seen {
  Expectation question;
  int status = 0;          // of HTTP; 0: no answer
  std::string asked_from;  // "cp1 through SSH", "curl on cp1", "this workstation"
  std::string why;         // why there is no answer: connection refused, timeout, …
  std::chrono::milliseconds took{0};
  std::string certificate{};  // SHA-256 of the serving certificate (DER), hex; empty: not seen, as with curl
                              // on a node
  std::string identity{};     // in the answer to a self-review: "ana [dev ops]"
  // In the answer to GET /metrics with credentials.
  std::string
      loaded_config{};  // "sha256:…" of the configuration that the process uses; empty: it does not say
  std::optional<Rejected> rejected{};

  // Whether the status is one of the expected ones; true when none is expected.
  [[nodiscard]] bool as_expected() const {
    if (question.expected.empty()) return true;
    for (int code : question.expected) {
      if (code == status) return true;
    }
    return false;
  }
};

}  // namespace nightlatch::facts
