#include "rollout/find_holder.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "plan/holder.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis search_limit = 60s;  // for all candidates together

}  // namespace

void FindHolder::start(Millis now, Outbox& out) {
  step_.wait_until(now + search_limit);
  step_.intend({}, out);
}

void FindHolder::look(Outbox& out) {
  if (first_goes_on() || addresses_.size() == candidates_.size()) return choose(out);
  const plan::NodePlan& asked = candidate(addresses_.size());
  node::Request state;
  state.verb = node::Verb::state;
  state.manifest_path = asked.manifest_path;
  state.addresses = true;
  state.pod = addresses_.empty();  // only of the first it matters whether its API server is in trouble
  step_.ask(CallNode{asked.name, std::move(state)}, out);
}

// Whether the first candidate was heard and has none of the endpoint's addresses: the order stays, whatever
// the others have.
bool FindHolder::first_goes_on() const {
  if (addresses_.empty() || addresses_.front().empty()) return false;
  return !plan::holders(endpoint_, plan::fixed_addresses(*plan_), {addresses_.front()}).contains(0);
}

void FindHolder::on_reply(const node::Reply& reply, Outbox& out) {
  bool first = addresses_.empty();
  if (reply.addresses.empty()) silent_.push_back(candidate(addresses_.size()).name);
  if (first && reply.kind == node::ReplyKind::ok)
    first_struggles_ = plan::is_struggling(candidate(0).before, reply.pod);
  addresses_.push_back(reply.addresses);
  look(out);
}

// A candidate that reported no address counts as one that does not hold the endpoint's, although it may.
void FindHolder::choose(Outbox& out) {
  std::set<std::size_t> holders = plan::holders(endpoint_, plan::fixed_addresses(*plan_), addresses_);
  std::size_t other = 0;
  while (holders.contains(other)) ++other;
  std::string note;
  if (other > 0 && other < candidates_.size() && !first_struggles_) {
    next_ = candidates_[other];
    note = fmt::format("this node holds the endpoint's address now, so {} goes before it",
                       candidate(other).name);
  } else if (!silent_.empty()) {
    note = fmt::format(
        "cannot tell which node has the endpoint's address ({} did not report it); keeping the planned order",
        join(silent_, " and "));
  }
  conclude(std::move(note), out);
}

void FindHolder::conclude(std::string note, Outbox& out) {
  std::map<std::string, std::string> data{{"next", plan_->nodes[next_].name}};
  if (!silent_.empty()) data["silent"] = join(silent_, " ");
  if (!note.empty()) data["note"] = std::move(note);
  step_.succeed(std::move(data), out);
}

void FindHolder::on(const Event& event, Outbox& out) {
  std::visit(overloaded{[](SingleStep::Nothing) {}, [&](SingleStep::Begin) { look(out); },
                        [&](SingleStep::Resume) { look(out); },
                        [&](const Answer& answer) { on_reply(answer_of<CallNode>(answer), out); },
                        // No other node will be begun, so the order does not matter.
                        [&](SingleStep::Leave) { conclude({}, out); }, [](SingleStep::Ended) {}},
             step_.on(event, out));
}

}  // namespace nightlatch::rollout
