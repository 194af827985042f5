// What a round of questions to one API server means for a gate. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/probe.hpp"

namespace nightlatch::rollout {

enum class RoundResult {
  pass,
  wait,          // not yet: no answer, 403 or 500 while it starts
  leak,          // everything else holds, but a path that should be shut answers
  unauthorized,  // a probe of the kubelet gets 401: it will be killed, minutes from now, for ever
};

struct Round {
  RoundResult result = RoundResult::pass;
  std::string why;  // of what is not pass: path, status seen and wanted, the place it was asked from
};

[[nodiscard]] Round judge_round(std::span<const facts::Seen> seen);

// Which authentication configuration the process says it has loaded, against the one that was placed. What
// it does not say is told, not failed: /metrics may be forbidden, and older servers do not tell.
struct LoadedConfig {
  enum class Verdict { as_placed, other, not_told, no_answer };
  Verdict verdict = Verdict::as_placed;
  std::string text;
};
[[nodiscard]] LoadedConfig judge_loaded_config(std::string_view placed_sha256, const facts::Seen& seen);

// S18: who a token is, asked before the swap and after it. A token may be refused for a while: the keys of
// its issuer are fetched after the start.
[[nodiscard]] facts::Expectation login_question();
struct Login {
  enum class Verdict { same, other, not_told };
  Verdict verdict = Verdict::not_told;
  std::string text;
};
[[nodiscard]] Login judge_login(std::string_view before, const facts::Seen& seen);

// Whether etcd has its quorum, as an API server says it on /readyz/etcd (S14). What it does not say is
// unknown, never well.
struct EtcdSeen {
  enum class Verdict { quorum, away, not_told, no_answer };
  Verdict verdict = Verdict::quorum;
  std::string text;  // of what is not the quorum
};
[[nodiscard]] EtcdSeen judge_etcd(const facts::Seen& seen);

// S2: a restored node must be as healthy as it was recorded before, not better. Turns what was seen before
// the swap into what must be seen after the restore.
[[nodiscard]] std::vector<facts::Expectation> as_it_was(std::span<const facts::Seen> before);

}  // namespace nightlatch::rollout
