#include "rollout/rejections.hpp"

#include <utility>

#include <fmt/format.h>

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

// Clients back off from 1 s upwards; a window of 5 s catches their first retries.
constexpr Millis window = 5s;

constexpr int tries = 3;  // of a node that does not answer

double seconds(Millis time) {
  return std::chrono::duration<double>(time).count();
}

std::string why_not_told(const std::string& node, const facts::Seen& seen) {
  if (seen.status == 0) {
    return fmt::format("the API server of {} does not answer: {} ({})", node,
                       seen.why.empty() ? "no answer" : seen.why, seen.asked_from);
  }
  if (seen.status != 200)
    return fmt::format("{}: GET /metrics answered {} ({})", node, seen.status, seen.asked_from);
  return fmt::format("{}: /metrics does not count them ({})", node, seen.asked_from);
}

}  // namespace

facts::Expectation Rejections::question() {
  return {"GET", "/metrics", facts::Credentials::admin, facts::Purpose::ready, {200}};
}

bool Rejections::is_due(Millis now) const {
  return !ended_ || now - *ended_ >= window;
}

std::optional<std::string> Rejections::next_to_ask(Millis now) {
  if (!is_due(now)) return std::nullopt;
  if (ended_) {
    last_ = std::exchange(this_, {});
    ended_.reset();
  }
  return plan_->nodes[this_.size()].name;
}

void Rejections::on_seen(const facts::Seen& seen, Millis now) {
  if (seen.status == 0 && ++unanswered_ < tries) return;  // next_to_ask() names the node again
  unanswered_ = 0;
  if (this_.empty()) unknown_.clear();
  if (!seen.rejected && unknown_.empty()) unknown_ = why_not_told(plan_->nodes[this_.size()].name, seen);
  this_.push_back(seen.rejected ? std::optional(Look{*seen.rejected, now}) : std::nullopt);
  if (this_.size() < last_.size()) return;
  ended_ = now;
  end_round();
}

void Rejections::end_round() {
  per_second_.reset();
  double sum = 0;
  for (std::size_t i = 0; i < this_.size(); ++i) {
    const std::optional<Look>& before = last_[i];
    const std::optional<Look>& after = this_[i];
    bool is_comparable = before && after && before->rejected.since == after->rejected.since &&
                         before->rejected.requests <= after->rejected.requests && before->at < after->at;
    if (!is_comparable) return;
    sum += static_cast<double>(after->rejected.requests - before->rejected.requests) /
           seconds(after->at - before->at);
  }
  per_second_ = sum;
}

bool rejects_more(double per_second, double before) {
  constexpr double slack = 1.25;
  constexpr double stray = 0.2;
  return per_second > before * slack + stray;
}

}  // namespace nightlatch::rollout
