#include "rollout/cluster_watch.hpp"

#include <utility>

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis between_looks = 1s;

}  // namespace

Question ClusterWatch::next_question(Millis now) {
  counter_of_ = counts_rejected() ? rejections_.next_to_ask(now) : std::nullopt;
  if (counter_of_) return AskApiServer{*counter_of_, {Rejections::question()}};
  looked_ = now;
  return LookAtCluster{};
}

std::optional<facts::ClusterSight> ClusterWatch::on_answer(const Answer& answer, Millis now) {
  if (counter_of_) {
    rejections_.on_seen(answer_of<AskApiServer>(answer).to(Rejections::question()), now);
    return std::nullopt;
  }
  facts::ClusterSight sight = answer_of<LookAtCluster>(answer);
  look_at_leases(sight);
  return sight;
}

void ClusterWatch::look_at_leases(const facts::ClusterSight& sight) {
  for (const facts::LeaseSight& lease : sight.leases) {
    auto [first, is_first] = first_renewal_.emplace(lease.name, lease.renewal);
    if (!is_first && !lease.holder.empty() && lease.renewal != first->second) renewed_.insert(lease.name);
  }
}

void ClusterWatch::ask_beside(Millis now, Outbox& out) {
  if (open_ != 0) return;
  bool counter_is_due = counts_rejected() && rejections_.is_due(now);
  bool look_is_due = !looked_ || now - *looked_ >= between_looks;
  if (counter_is_due || look_is_due) open_ = out.ask(next_question(now));
}

bool ClusterWatch::take(const Event& event) {
  const auto* answered = std::get_if<Answered>(&event.what);
  if (answered == nullptr || open_ == 0 || answered->id != open_) return false;
  open_ = 0;
  (void)on_answer(answered->answer, event.now);
  return true;
}

}  // namespace nightlatch::rollout
