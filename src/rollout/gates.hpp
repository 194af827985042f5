// What a round of questions to one API server means for a gate. Pure.
#pragma once

#include <span>
#include <string>
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

// S2: a restored node must be as healthy as it was recorded before, not better. Turns what was seen before
// the swap into what must be seen after the restore.
[[nodiscard]] std::vector<facts::Expectation> as_it_was(std::span<const facts::Seen> before);

}  // namespace nightlatch::rollout
