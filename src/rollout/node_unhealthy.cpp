// NodeSwap where a node cannot be brought to a good end: its restore was refused, or the old manifest is back
// and the API server is not as it was before (S2). One code for each situation, because each wants something
// else of a person: what was seen, and whether the API server serves.
#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "rollout/node_swap.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

// One restart is the kubelet's, which makes the old pod anew.
constexpr int restarts_of_a_loop = 2;

bool ended_like_that(const std::optional<Trouble>& first) {
  return first && (first->code == rollout_errors::api_server_exited.number ||
                   first->code == rollout_errors::restarted_again.number);
}

}  // namespace

// The container ends by itself whenever the kubelet starts it.
void NodeSwap::fail_for_exits(const facts::PodView& pod, Outbox& out) {
  std::string code = pod.exit_code ? fmt::format(", last with exit code {}", *pod.exit_code) : "";
  std::string like =
      ended_like_that(trouble_) ? ". The new one ended, too, so the cause is not this change" : "";
  fail(
      rollout_errors::exits_again,
      fmt::format("{}: the old manifest is back, but kube-apiserver ends again and again{}: watched for {}{}",
                  self().name, code, human_duration(limit()), like),
      out);
}

// No API server was started from the old manifest, or none that runs. What ran before the swap may have ended
// with any code.
void NodeSwap::fail_for_no_return(const facts::PodView& pod, Outbox& out) {
  bool is_new = pod.identity() != last_request_.known_pod && pod.identity() != preflight_.pod().identity();
  if (is_new && pod.exit_code.value_or(0) != 0) return fail_for_exits(pod, out);
  std::string_view what =
      pod.running ? "the kubelet has not restarted kube-apiserver, which runs as it did before that"
                  : "no kube-apiserver runs from it";
  fail(rollout_errors::not_healthy_again,
       fmt::format("{}: the old manifest is back, but {}: waited {}", self().name, what,
                   human_duration(limit())),
       out);
}

void NodeSwap::fail_for_old_gates(const Round& round, Outbox& out) {
  bool loops = restarts_undoing_ >= restarts_of_a_loop || pod_.exit_code.value_or(0) != 0;
  if (loops) return fail_for_exits(pod_, out);
  if (answered_last_) {
    return fail(rollout_errors::not_as_before,
                fmt::format("{}: the old manifest is back and kube-apiserver answers, but not as before the "
                            "change: {} (watched for {})",
                            self().name, round.why, human_duration(limit())),
                out);
  }
  fail(rollout_errors::not_healthy_again,
       fmt::format("{}: the old manifest is back, but kube-apiserver does not answer: {} (waited {})",
                   self().name, round.why, human_duration(limit())),
       out);
}

void NodeSwap::fail_for_refused_restore(const std::string& why, Outbox& out) {
  bool is_back = phase_ != Phase::restoring;
  std::string_view what = is_back ? "the old manifest is back, but the node refused to end the run"
                                  : "the node refused to put its old manifest back";
  std::string_view guard =
      !is_back && leased_until_ > Millis(0) ? ". Its guard does so when its lease has ended" : "";
  fail(rollout_errors::restore_refused, fmt::format("{}: {}: {}{}", self().name, what, why, guard), out);
}

}  // namespace nightlatch::rollout
