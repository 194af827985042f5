// What the answers of one API server mean for a gate. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/probe.hpp"

namespace nightlatch::rollout {

enum class RoundResult {
  pass,          // every answer is an expected one
  wait,          // another answer, or none: 403 and 500 are normal while an API server starts
  blind,         // all is as expected, but an administrator's questions are answered 401
  leak,          // all is as expected, but a path that must be closed answers otherwise
  unauthorized,  // a probe of the kubelet gets 401: the kubelet will restart this API server again and again
};

struct Round {
  RoundResult result = RoundResult::pass;
  std::string why;  // of the first answer that decides: path, status seen and wanted, the place of the asker
};

// Judges one round: unauthorized before wait, wait before leak, leak before blind, blind before pass.
[[nodiscard]] Round judge_round(std::span<const facts::Seen> seen);

// Whether the API server answers an administrator: GET /readyz.
[[nodiscard]] facts::Expectation ready_question();

// The authentication configuration that the process has loaded, compared with the one that was placed.
// not_told is no failure, because /metrics may be forbidden and kube-apiserver before 1.34 does not report
// the hash.
struct LoadedConfig {
  enum class Verdict { as_placed, other, not_told, no_answer };
  Verdict verdict = Verdict::as_placed;
  std::string text;  // for people; as_placed: the hash, "sha256:..."
};
// `placed_sha256`: 64 hex digits. `seen`: the answer to plan::loaded_config_question().
[[nodiscard]] LoadedConfig judge_loaded_config(std::string_view placed_sha256, const facts::Seen& seen);

// S18: the question which user a token belongs to, asked before the swap and after it. Right after its start,
// kube-apiserver may refuse a good token, because it still fetches the keys of the issuer.
[[nodiscard]] facts::Expectation login_question();
struct Login {
  enum class Verdict { same, other, not_told };  // not_told: the answer names no user
  Verdict verdict = Verdict::not_told;
  std::string text;  // for people
};
// `before`: Seen::identity of the answer before the swap. `seen`: the answer to login_question().
[[nodiscard]] Login judge_login(std::string_view before, const facts::Seen& seen);

// Whether etcd has its quorum, as an API server says on GET /readyz/etcd (S14): 200 is quorum, 500 and above
// is away, another status is not_told, because kube-apiserver did not ask etcd then.
struct EtcdSeen {
  enum class Verdict { quorum, away, not_told, no_answer };
  Verdict verdict = Verdict::quorum;
  std::string text;  // for people; empty: quorum
};
[[nodiscard]] EtcdSeen judge_etcd(const facts::Seen& seen);

// S2: turns the answers from before the swap into the gates of a restored node, which must be as healthy as
// it was, not healthier. Of the questions, those of the kubelet's probes and of readiness are kept. Each
// expects 200 or the status from before; where there was no answer, any answer and none will do.
[[nodiscard]] std::vector<facts::Expectation> as_it_was(std::span<const facts::Seen> before);

}  // namespace nightlatch::rollout
