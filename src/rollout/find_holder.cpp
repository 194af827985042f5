#include "rollout/find_holder.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "plan/holder.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis limit = 60s;  // for all of them; the preflight has a patience of its own
constexpr Millis retry_pause = 2s;

}  // namespace

void FindHolder::record(rollout::Phase phase, std::map<std::string, std::string> data, Outbox& out) {
  out.append(Record{0, {}, {}, candidate(0).name, "order", phase, std::move(data)});
  record_ = out.last_seq();
}

void FindHolder::start(Millis now, Outbox& out) {
  deadline_ = now + limit;
  next_ = candidates_.front();
  record(rollout::Phase::intend, {}, out);
}

void FindHolder::look(Outbox& out) {
  if (addresses_.size() == candidates_.size()) return choose(out);
  node::Request state;
  state.verb = node::Verb::state;
  state.manifest_path = candidate(addresses_.size()).manifest_path;
  state.addresses = true;
  waiting_ = Waiting::reply;
  pending_ = out.call(candidates_[addresses_.size()], std::move(state));
}

void FindHolder::on_reply(const node::Reply& reply, Millis now, Outbox& out) {
  if (reply.kind == node::ReplyKind::lost && now < deadline_) {
    waiting_ = Waiting::pause;
    pending_ = out.timer(retry_pause);
    return;
  }
  bool first = addresses_.empty();
  if (reply.addresses.empty()) silent_.push_back(candidate(addresses_.size()).name);
  if (first && reply.kind == node::ReplyKind::ok)
    first_struggles_ = plan::is_struggling(candidate(0).before, reply.pod);
  addresses_.push_back(reply.addresses);
  look(out);
}

// One of whom the addresses are not known may be a holder, too; of those that are known the order is made.
void FindHolder::choose(Outbox& out) {
  std::vector<std::string> own;
  for (const plan::NodePlan& node : plan_->nodes) {
    own.push_back(node.host);
    own.push_back(node.api_host);
  }
  std::set<std::size_t> holders = plan::holders(endpoint_, own, addresses_);
  std::size_t other = 0;
  while (holders.contains(other)) ++other;
  std::string note;
  if (other > 0 && other < candidates_.size() && !first_struggles_) {
    next_ = candidates_[other];
    note = fmt::format("holds the endpoint's address now: {} goes before it", candidate(other).name);
  } else if (!silent_.empty()) {
    note =
        fmt::format("who holds the endpoint's address is not known, {} did not tell: the plan's order holds",
                    join(silent_, " and "));
  }
  conclude(std::move(note), out);
}

void FindHolder::conclude(std::string note, Outbox& out) {
  waiting_ = Waiting::end;
  std::map<std::string, std::string> data{{"next", plan_->nodes[next_].name}};
  if (!note.empty()) data["note"] = std::move(note);
  record(rollout::Phase::done, std::move(data), out);
}

void FindHolder::on(const Event& event, Outbox& out) {
  if (const auto* recorded = std::get_if<Recorded>(&event.what)) {
    if (recorded->seq != record_) return;
    if (waiting_ == Waiting::intend && interrupted_) return conclude({}, out);
    if (waiting_ == Waiting::intend) return look(out);
    if (waiting_ == Waiting::end) waiting_ = Waiting::nothing;
    return;
  }
  if (std::holds_alternative<Interrupted>(event.what)) {
    interrupted_ = true;  // no other node will be begun: it does not matter whose turn it is
    if (waiting_ == Waiting::reply || waiting_ == Waiting::pause) conclude({}, out);
    return;
  }
  if (const auto* replied = std::get_if<NodeReplied>(&event.what);
      replied != nullptr && waiting_ == Waiting::reply && replied->id == pending_) {
    return on_reply(replied->reply, event.now, out);
  }
  if (const auto* fired = std::get_if<TimerFired>(&event.what);
      fired != nullptr && waiting_ == Waiting::pause && fired->id == pending_) {
    look(out);
  }
}

}  // namespace nightlatch::rollout
