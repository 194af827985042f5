#include "sim/sim_node.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "util/hash.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;
using node::Reply;
using node::ReplyKind;
using node::Request;
using node::Step;

constexpr Millis guard_runs_for = 30s;  // another API server, before a guard alone calls it restored
constexpr Millis guard_restarts = 5s;   // systemd starts one that was killed

// How far a step is on the straight road; what lies beside it has reached nothing.
int rank(Step step) {
  switch (step) {
    case Step::staged:
      return 1;
    case Step::armed:
      return 2;
    case Step::swapped:
      return 3;
    case Step::restarted:
      return 4;
    case Step::gated:
      return 5;
    case Step::soaked:
      return 6;
    case Step::confirmed:
      return 7;
    default:
      return 0;
  }
}
bool reached(Step step, Step wanted) {
  return rank(step) >= rank(wanted);
}

}  // namespace

// --- disk
// ------------------------------------------------------------------------------------------------------

bool SimNode::disk_is_full() {
  if (now_ >= full_until_ || reserve_is_given_back_) return false;
  strikes_.push_back({Fault::disk_full, state().step});
  return true;
}

template <class Content>
void SimNode::land(File<Content>& file, Content content) {
  file.write_beside(disk_, std::move(content));
  file.sync_beside(disk_);
  file.rename(disk_, now_);
  file.sync_directory(disk_);
}

Reply SimNode::enter(StateFile next, Step step, std::uint64_t epoch) {
  if (disk_is_full()) return refuse("cannot write the state");
  Transition transition{state().step, step, state().run, next.told.run, guard_acts_};
  next.told.step = step;
  next.told.epoch = epoch;
  land(state_, std::move(next));
  if (state().step == transition.to && state().run == transition.run)
    transitions_.push_back(std::move(transition));
  return ok();
}

// The manifest, in one rename; the kubelet acts on it.
void SimNode::put(const std::string& bytes) {
  if (manifest() == bytes) return manifest_.keep(disk_);
  land(manifest_, bytes);
  if (manifest() != bytes) return;
  away_because_of_us_ = true;
  kubelet_sees_manifest();
}

// --- guard
// -----------------------------------------------------------------------------------------------------

bool SimNode::guarded() const {
  return reached(state().step, Step::armed) && state().step != Step::confirmed;
}

bool SimNode::unconfirmed_since_another_boot() const {
  return (guarded() || state().step == Step::restoring) && state_.read().boot != booted_;
}

void SimNode::let_guard_act() {
  Step began_at = state().step;
  guard_acts_ = true;
  run_guard();
  guard_acts_ = false;
  if (!was_cut(began_at) || off()) return;
  if (unconfirmed_since_another_boot()) return let_guard_act();  // its unit goes on after a failed `check`
  guard_down_until_ = now_ + guard_restarts;
}

Reply SimNode::restore_by_hand() {
  Step began_at = state().step;
  guard_acts_ = true;
  Reply reply = put_back(state().epoch + 1, Typed::yes);
  guard_acts_ = false;
  return was_cut(began_at) ? Reply{} : reply;
}

// What the unit on a node does whenever time passes.
void SimNode::run_guard() {
  if (now_ < guard_down_until_) return;
  state_.keep(disk_);
  if (guarded() && !late().empty()) {
    if (put_back(state().epoch).kind != ReplyKind::ok) return;
    ++guard_restores_;
  }
  if (state().step != Step::restoring || late().empty())
    return;  // the run that restored may gate it until then
  if (manifest() != staged().before) return void(put_back(state().epoch));
  bool runs = container_running_ && running_manifest_ == staged().before && start_at_ < 0ms && stop_at_ < 0ms;
  if (!runs) {
    running_since_ = -1ms;
  } else if (running_since_ < 0ms) {
    running_since_ = now_;
  } else if (now_ - running_since_ >= guard_runs_for) {
    StateFile next = state_.read();
    next.told.note = node::not_gated;
    (void)enter(std::move(next), Step::restored, state().epoch);
  }
}

// --- protocol
// --------------------------------------------------------------------------------------------------

node::NodeState SimNode::observed() const {
  node::NodeState told = state();
  told.manifest_sha256 = sha256_hex(manifest());
  if (guarded()) {
    Millis left = state_.read().deadline - uptime();
    told.deadline_in = std::chrono::duration_cast<std::chrono::seconds>(left).count();
  }
  return told;
}

const SimNode::Staged& SimNode::staged() const {
  static const Staged nothing;
  auto found = runs_.find(state().run);
  return found == runs_.end() ? nothing : found->second.read();
}

bool SimNode::as_staged(const Request& request) const {
  return request.before_sha256 == sha256_hex(staged().before) &&
         request.after_sha256 == sha256_hex(staged().after);
}

Reply SimNode::ok() const {
  Reply reply;
  reply.kind = ReplyKind::ok;
  reply.state = observed();
  reply.pod = pod();
  return reply;
}

Reply SimNode::refuse(std::string why) const {
  Reply reply = ok();
  reply.kind = ReplyKind::refused;
  reply.why = std::move(why);
  return reply;
}

std::string SimNode::late() const {
  if (state_.read().boot != booted_) return "this machine was started again after the run was armed";
  return uptime() >= state_.read().deadline ? "the deadline has passed" : "";
}

// Done before: only a new epoch is written down.
Reply SimNode::again(const Request& request) {
  if (request.epoch == state().epoch) return ok();
  return enter(state_.read(), state().step, request.epoch);
}

Reply SimNode::from(const Request& request, std::string_view start) const {
  if (state().step == Step::restoring || state().step == Step::restored) return refuse("already restored");
  return refuse(fmt::format("{} goes from {}, this node is at {}", node::name(request.verb), start,
                            node::name(state().step)));
}

Reply SimNode::call(const Request& request) {
  if (off()) return {};
  Step began_at = state().step;
  Reply reply = obey(request);
  return was_cut(began_at) ? Reply{} : reply;
}

Reply SimNode::obey(const Request& request) {
  using node::Verb;
  state_.keep(disk_);
  switch (request.verb) {
    case Verb::state: {
      Reply reply = ok();
      if (!request.pod) reply.pod = {};
      if (request.addresses) {
        reply.addresses = held_;
        reply.addresses.push_back("address of " + name_);
      }
      return reply;
    }
    case Verb::await:
      return ok();
    case Verb::evidence: {
      Reply reply = ok();
      if (!can_start()) reply.lines = {"command failed err=\"refused\""};
      return reply;
    }
    case Verb::place:
      return place(request);
    case Verb::stage:
      return stage(request);
    default:
      break;
  }
  if (state().run != request.run) return refuse(fmt::format("run {} was here last", state().run));
  if (request.epoch < state().epoch) return refuse("a newer epoch has taken over");
  bool asks_for_bytes =
      request.verb != Verb::clean && request.verb != Verb::restore && request.verb != Verb::settle;
  if (asks_for_bytes && !as_staged(request)) return refuse("other bytes were staged than this request means");
  switch (request.verb) {
    case Verb::clean:
      return clean(request);
    case Verb::arm:
      return arm(request);
    case Verb::renew:
      return renew(request);
    case Verb::rehearse:
      return rehearse(request);
    case Verb::swap:
      return swap(request);
    case Verb::mark:
      return mark(request);
    case Verb::confirm:
      return confirm(request);
    case Verb::restore:
      return put_back(request.epoch);
    case Verb::settle:
      return settle(request);
    default:
      return refuse("unknown verb");
  }
}

Reply SimNode::place(const Request& request) {
  bool at_work = reached(state().step, Step::staged) && state().step != Step::confirmed;
  if ((at_work || state().step == Step::restoring) && state().run != request.run)
    return refuse(fmt::format("run {} is at {}", state().run, node::name(state().step)));
  if (config_.read() == request.config) {
    config_.keep(disk_);
    return ok();
  }
  if (disk_is_full()) return refuse("cannot write the configuration");
  land(config_, request.config);
  return ok();
}

Reply SimNode::stage(const Request& request) {
  bool mine = state().run == request.run;
  if (mine && request.epoch < state().epoch) return refuse("a newer epoch has taken over");
  switch (state().step) {
    case Step::idle:
    case Step::cleaned:
    case Step::restored:
    case Step::foreign:
      if (mine && request.epoch <= state().epoch) return refuse("this run is over here");
      break;
    case Step::confirmed:
      break;
    case Step::restoring:
      return refuse(mine ? "already restored" : "another run is at work here");
    default:
      if (!mine) return refuse(fmt::format("run {} is at {}", state().run, node::name(state().step)));
  }
  if (mine && reached(state().step, Step::armed)) {
    return as_staged(request) ? again(request) : refuse("other bytes were staged than this request means");
  }
  if (!mine && runs_[request.run].read().over) return refuse("this run is over here: another came after it");
  if (sha256_hex(manifest()) != request.before_sha256)
    return refuse("the manifest is not the one planned for");
  reserve_is_given_back_ = false;
  if (disk_is_full()) return refuse("cannot write the run");
  land(runs_[request.run], Staged{request.manifest_before, request.manifest_after});
  if (!mine && runs_.contains(state().run)) {
    Staged before = runs_[state().run].read();
    before.over = true;
    land(runs_[state().run], std::move(before));
  }
  StateFile fresh;
  fresh.told.run = request.run;
  return enter(std::move(fresh), Step::staged, request.epoch);
}

Reply SimNode::clean(const Request& request) {
  if (state().step != Step::cleaned && state().step != Step::staged) return from(request, "staged");
  return enter(state_.read(), Step::cleaned, request.epoch);
}

Reply SimNode::arm(const Request& request) {
  if (reached(state().step, Step::armed)) return again(request);
  if (state().step != Step::staged) return from(request, "staged");
  if (manifest() != staged().before) return refuse("the manifest is not the one planned for");
  running_since_ = guard_down_until_ = -1ms;
  StateFile next = state_.read();
  next.boot = booted_;
  next.deadline = uptime() + request.lease;
  next.ceiling = uptime() + request.ceiling;
  return enter(std::move(next), Step::armed, request.epoch);
}

Reply SimNode::renew(const Request& request) {
  if (!guarded()) return from(request, "armed");
  guard_down_until_ = -1ms;  // one that does not live is started again
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  bool untouched = state().step == Step::armed && manifest() == staged().before;
  if (!untouched && manifest() != staged().after) return refuse("the manifest is not ours");
  StateFile next = state_.read();
  next.deadline = std::max(next.deadline, std::min(next.ceiling, uptime() + Millis(request.lease)));
  return enter(std::move(next), state().step, request.epoch);
}

Reply SimNode::rehearse(const Request& request) {
  if (state().step != Step::armed) return from(request, "armed");
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  if (manifest() != staged().before) return refuse("the manifest is not the one planned for");
  return ok();
}

Reply SimNode::swap(const Request& request) {
  if (reached(state().step, Step::swapped)) {
    return manifest() == staged().after ? again(request) : refuse("the manifest is not ours");
  }
  if (state().step != Step::armed) return from(request, "armed");
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  if (manifest() != staged().after) {  // it is after a swap that was cut behind its rename
    if (manifest() != staged().before) return refuse("the manifest is not the one planned for");
    if (disk_is_full()) return refuse("cannot replace the manifest");
  }
  put(staged().after);
  return enter(state_.read(), Step::swapped, request.epoch);
}

Reply SimNode::mark(const Request& request) {
  if (reached(state().step, request.to)) return again(request);
  auto previous = static_cast<Step>(static_cast<int>(request.to) - 1);
  if (state().step != previous) return from(request, node::name(previous));
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  if (manifest() != staged().after) return refuse("the manifest is not ours");
  return enter(state_.read(), request.to, request.epoch);
}

Reply SimNode::confirm(const Request& request) {
  if (state().step == Step::confirmed) return again(request);
  if (state().step != Step::soaked) return from(request, "soaked");
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  if (manifest() != staged().after) return refuse("the manifest is not ours");
  return enter(state_.read(), Step::confirmed, request.epoch);
}

// Run and guard restore by the same rules (S1).
Reply SimNode::put_back(std::uint64_t epoch, Typed typed) {
  if (state().step == Step::restored) return enter(state_.read(), Step::restored, epoch);
  if (!reached(state().step, Step::staged) && state().step != Step::restoring)
    return refuse("nothing to restore");
  if (state().step == Step::confirmed) return refuse("nothing to restore");
  if (manifest() != staged().after && manifest() != staged().before) {
    if (Reply written = enter(state_.read(), Step::foreign, epoch); written.kind != ReplyKind::ok)
      return written;
    return refuse("the manifest holds foreign bytes");
  }
  reserve_is_given_back_ = true;
  running_since_ = -1ms;
  StateFile next = state_.read();
  if (typed == Typed::yes) next.told.note = node::by_hand;
  Reply reply = enter(std::move(next), Step::restoring, epoch);
  put(staged().before);
  return disk_.is_cut() ? reply : ok();
}

Reply SimNode::settle(const Request& request) {
  if (state().step != Step::restored && state().step != Step::restoring)
    return refuse(fmt::format("settle goes from restoring, this node is at {}", node::name(state().step)));
  if (state().step == Step::restoring && manifest() != staged().before)
    return refuse("the manifest is not the old one");
  manifest_.keep(disk_);
  StateFile next = state_.read();
  next.told.note.clear();
  return enter(std::move(next), Step::restored, request.epoch);
}

}  // namespace nightlatch::sim
