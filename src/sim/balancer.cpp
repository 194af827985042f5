#include "sim/balancer.hpp"

#include <algorithm>

namespace nightlatch::sim {

Balancer::Balancer(Kind kind, HealthCheck check, const std::vector<const SimNode*>& nodes)
    : kind_(kind), check_(check), interval_(check.interval) {
  for (const SimNode* node : nodes) {
    Backend backend;
    backend.node = node;
    backends_.push_back(backend);
  }
}

void Balancer::advance(Millis now) {
  now_ = now;
  if (!is_there() || now_ < next_check_) return;
  for (Backend& backend : backends_) check(backend);
  next_check_ = now_ + interval_;
}

bool Balancer::passes(const SimNode& node) const {
  using facts::Credentials;
  if (!asks_closed_path_) return node.serving();
  return node.serving() &&
         node.answer({"GET", "/version", Credentials::none, facts::Purpose::must_be_closed, {401}}).status ==
             200;
}

void Balancer::check(Backend& backend) const {
  bool refused = backend.never_again && !backend.healthy;
  bool passes = this->passes(*backend.node) && !refused;
  backend.against = passes == backend.healthy ? 0 : backend.against + 1;
  if (backend.against < (passes ? check_.rise : check_.fall)) return;
  backend.healthy = passes;
  backend.against = 0;
}

Balancer::Backend* Balancer::choose() {
  for (std::size_t tried = 0; tried < backends_.size(); ++tried) {
    Backend& backend = backends_[turn_ % backends_.size()];
    bool moves_on = kind_ != Kind::sticks || !backend.healthy;
    if (moves_on) ++turn_;
    if (backend.healthy) return &backend;
  }
  return nullptr;
}

facts::Seen Balancer::connect(const facts::Expectation& question) {
  facts::Seen nobody{question, 0, "the load balancer in memory", "connection refused"};
  if (!is_there() || silent()) return nobody;
  Backend* backend = choose();
  if (backend == nullptr) return nobody;
  facts::Seen seen = backend->node->answer(question);
  if (seen.status == 200) backend->reached_at = now_;
  if (kind_ == Kind::hides && seen.status != 0) seen.certificate = "certificate of the load balancer";
  return seen;
}

void Balancer::never_take_back(const SimNode& node) {
  for (Backend& backend : backends_) backend.never_again = backend.never_again || backend.node == &node;
}

void Balancer::check_slowly(Millis interval) {
  interval_ = std::max(interval_, interval);
  next_check_ = now_ + interval_;
}

void Balancer::heal() {
  silent_until_ = Millis(-1);
  interval_ = check_.interval;
  next_check_ = now_;
  asks_closed_path_ = false;
  for (Backend& backend : backends_) backend.never_again = false;
}

bool Balancer::has_reached(const SimNode& node, Millis since) const {
  return std::any_of(backends_.begin(), backends_.end(),
                     [&](const Backend& one) { return one.node == &node && one.reached_at >= since; });
}

}  // namespace nightlatch::sim
