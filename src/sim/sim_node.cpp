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

constexpr Millis notice = 800ms;         // inotify to SIGTERM, seen on real nodes
constexpr Millis grace = 5s;             // terminationGracePeriodSeconds: open watches never drain
constexpr Millis next_try = 10s;         // the kubelet tries again after the old pod is gone
constexpr Millis forbidden_for = 500ms;  // RBAC is not loaded yet
constexpr Millis failing_for = 1500ms;   // then 500, then 200

constexpr Millis guard_runs_for = 30s;  // another API server, before a guard alone calls it restored

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

SimNode::SimNode(std::string name, std::string manifest, const std::map<std::string, Behaviour>& behaviours)
    : name_(std::move(name)),
      behaviours_(&behaviours),
      manifest_(std::move(manifest)),
      running_manifest_(manifest_) {}

// --- kubelet
// ---------------------------------------------------------------------------------------------------

const Behaviour& SimNode::behaviour() const {
  static const Behaviour ordinary;
  auto found = behaviours_->find(running_manifest_);
  return found == behaviours_->end() ? ordinary : found->second;
}

void SimNode::advance(Millis now) {
  now_ = std::max(now_, now);
  if (off()) return;
  run_guard();
  if (stop_at_ >= 0ms && now_ >= stop_at_) {
    container_running_ = false;
    stop_at_ = -1ms;
  }
  if (start_at_ >= 0ms && now_ >= start_at_) {
    running_manifest_ = pending_manifest_;
    ++pod_number_;
    restarts_ = 0;
    container_running_ = behaviour().starts;
    ready_at_ = start_at_ + failing_for;
    start_at_ = -1ms;
  }
  if (serving() && behaviour().becomes_ready && start_at_ < 0ms && stop_at_ < 0ms)
    away_because_of_us_ = false;
}

void SimNode::write_manifest(std::string bytes) {
  bool differs = bytes != manifest_;
  manifest_ = std::move(bytes);
  if (!differs) return;
  pending_manifest_ = manifest_;
  if (container_running_) stop_at_ = now_ + notice;
  start_at_ = now_ + notice + grace + next_try + kubelet_delay_;
  reports_at_ = start_at_ + failing_for + report_delay_;
}

void SimNode::reboot(Millis off) {
  off_until_ = now_ + off;
  ++booted_;
  jumped_ = -off_until_;  // uptime begins anew
  container_running_ = false;
  running_since_ = -1ms;
  stop_at_ = -1ms;
  pending_manifest_ = manifest_;
  start_at_ = off_until_ + notice + kubelet_delay_;
}

void SimNode::edit_by_stranger(std::string manifest) {
  write_manifest(std::move(manifest));
}

void SimNode::kill_api_server() {
  if (!container_running_) return;
  ++restarts_;
  ready_at_ = now_ + 2s + failing_for;
}

facts::PodView SimNode::pod() const {
  facts::PodView pod;
  pod.sandbox = fmt::format("{}-pod-{}", name_, pod_number_);
  pod.config_hash = short_hash(sha256_hex(running_manifest_));
  pod.container = fmt::format("c{}", restarts_);
  pod.restarts = restarts_;
  pod.running = container_running_;
  if (!behaviour().starts) pod.exit_code = 1;
  return pod;
}

facts::Seen SimNode::answer(const facts::Expectation& question) const {
  facts::Seen seen{question, 0, name_ + " in memory", {}, 20ms};
  if (!container_running_ || now_ < ready_at_ - failing_for) {
    seen.why = "connection refused";
    return seen;
  }
  bool anonymous = question.credentials == facts::Credentials::none;
  int final_status = behaviour().becomes_ready ? 200 : 500;
  if (anonymous && question.purpose == facts::Purpose::must_be_closed) {
    seen.status = behaviour().closed_status;
  } else if (anonymous && behaviour().probe_status == 401) {
    seen.status = 401;  // authentication answers before anything else is loaded
  } else if (now_ < ready_at_ - failing_for + forbidden_for) {
    seen.status = anonymous ? 403 : 500;
  } else {
    seen.status = now_ < ready_at_ ? 500 : final_status;
  }
  return seen;
}

// --- guard
// -----------------------------------------------------------------------------------------------------

bool SimNode::guarded() const {
  return reached(state_.step, Step::armed) && state_.step != Step::confirmed;
}

// What the unit on a node does whenever time passes.
void SimNode::run_guard() {
  if (guarded() && !late().empty()) {
    if (put_back(state_.epoch).kind != ReplyKind::ok) return;
    ++guard_restores_;
  }
  if (state_.step != Step::restoring || late().empty())
    return;  // the run that restored may gate it until then
  if (manifest_ != before_) return void(put_back(state_.epoch));
  bool runs = container_running_ && running_manifest_ == before_ && start_at_ < 0ms && stop_at_ < 0ms;
  if (!runs) {
    running_since_ = -1ms;
  } else if (running_since_ < 0ms) {
    running_since_ = now_;
  } else if (now_ - running_since_ >= guard_runs_for) {
    state_.step = Step::restored;
    state_.note = node::not_gated;
  }
}

// --- protocol
// --------------------------------------------------------------------------------------------------

node::NodeState SimNode::observed() const {
  node::NodeState state = state_;
  state.manifest_sha256 = sha256_hex(manifest_);
  if (guarded())
    state.deadline_in = std::chrono::duration_cast<std::chrono::seconds>(deadline_ - uptime()).count();
  return state;
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
  if (armed_in_boot_ != booted_) return "this machine was started again after the run was armed";
  return uptime() >= deadline_ ? "the deadline has passed" : "";
}

// Done before: only a new epoch is written down.
Reply SimNode::again(const Request& request) {
  state_.epoch = request.epoch;
  return ok();
}

Reply SimNode::from(const Request& request, std::string_view start) const {
  if (state_.step == Step::restoring || state_.step == Step::restored) return refuse("already restored");
  return refuse(fmt::format("{} goes from {}, this node is at {}", node::name(request.verb), start,
                            node::name(state_.step)));
}

Reply SimNode::call(const Request& request) {
  if (off()) return {};
  using node::Verb;
  switch (request.verb) {
    case Verb::state:
    case Verb::await:
    case Verb::place:
      return ok();
    case Verb::evidence: {
      Reply reply = ok();
      if (!behaviour().starts) reply.lines = {"command failed err=\"refused\""};
      return reply;
    }
    case Verb::stage:
      return stage(request);
    default:
      break;
  }
  if (state_.run != request.run) return refuse(fmt::format("run {} was here last", state_.run));
  if (request.epoch < state_.epoch) return refuse("a newer epoch has taken over");
  bool as_staged = request.before_sha256 == sha256_hex(before_) && request.after_sha256 == sha256_hex(after_);
  bool asks_for_bytes =
      request.verb != Verb::clean && request.verb != Verb::restore && request.verb != Verb::settle;
  if (asks_for_bytes && !as_staged) return refuse("other bytes were staged than this request means");
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

Reply SimNode::stage(const Request& request) {
  bool mine = state_.run == request.run;
  if (mine && request.epoch < state_.epoch) return refuse("a newer epoch has taken over");
  switch (state_.step) {
    case Step::idle:
    case Step::cleaned:
    case Step::restored:
    case Step::foreign:
      if (mine && request.epoch <= state_.epoch) return refuse("this run is over here");
      break;
    case Step::confirmed:
      break;
    case Step::restoring:
      return refuse(mine ? "already restored" : "another run is at work here");
    default:
      if (!mine) return refuse(fmt::format("run {} is at {}", state_.run, node::name(state_.step)));
  }
  if (mine && reached(state_.step, Step::armed)) {
    bool as_staged =
        request.before_sha256 == sha256_hex(before_) && request.after_sha256 == sha256_hex(after_);
    return as_staged ? again(request) : refuse("other bytes were staged than this request means");
  }
  if (sha256_hex(manifest_) != request.before_sha256)
    return refuse("the manifest is not the one planned for");
  before_ = request.manifest_before;
  after_ = request.manifest_after;
  state_ = node::NodeState{Step::staged, request.run, request.epoch, {}, 0, {}};
  return ok();
}

Reply SimNode::clean(const Request& request) {
  if (state_.step != Step::cleaned && state_.step != Step::staged) return from(request, "staged");
  state_.step = Step::cleaned;
  return again(request);
}

Reply SimNode::arm(const Request& request) {
  if (reached(state_.step, Step::armed)) return again(request);
  if (state_.step != Step::staged) return from(request, "staged");
  if (manifest_ != before_) return refuse("the manifest is not the one planned for");
  state_.step = Step::armed;
  armed_in_boot_ = booted_;
  deadline_ = uptime() + request.lease;
  ceiling_ = uptime() + request.ceiling;
  running_since_ = -1ms;
  return again(request);
}

Reply SimNode::renew(const Request& request) {
  if (!guarded()) return from(request, "armed");
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  bool untouched = state_.step == Step::armed && manifest_ == before_;
  if (!untouched && manifest_ != after_) return refuse("the manifest is not ours");
  deadline_ = std::max(deadline_, std::min(ceiling_, uptime() + Millis(request.lease)));
  return again(request);
}

Reply SimNode::rehearse(const Request& request) {
  if (state_.step != Step::armed) return from(request, "armed");
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  if (manifest_ != before_) return refuse("the manifest is not the one planned for");
  return ok();
}

Reply SimNode::swap(const Request& request) {
  if (reached(state_.step, Step::swapped)) {
    return manifest_ == after_ ? again(request) : refuse("the manifest is not ours");
  }
  if (state_.step != Step::armed) return from(request, "armed");
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  if (manifest_ != before_) return refuse("the manifest is not the one planned for");
  state_.step = Step::swapped;
  ++swaps_;
  away_because_of_us_ = true;
  write_manifest(after_);
  return again(request);
}

Reply SimNode::mark(const Request& request) {
  if (reached(state_.step, request.to)) return again(request);
  auto previous = static_cast<Step>(static_cast<int>(request.to) - 1);
  if (state_.step != previous) return from(request, node::name(previous));
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  if (manifest_ != after_) return refuse("the manifest is not ours");
  state_.step = request.to;
  return again(request);
}

Reply SimNode::confirm(const Request& request) {
  if (state_.step == Step::confirmed) return again(request);
  if (state_.step != Step::soaked) return from(request, "soaked");
  if (std::string why = late(); !why.empty()) return refuse(std::move(why));
  if (manifest_ != after_) return refuse("the manifest is not ours");
  state_.step = Step::confirmed;
  return again(request);
}

// Run and guard restore by the same rules (S1).
Reply SimNode::put_back(std::uint64_t epoch) {
  if (state_.step == Step::restored) {
    state_.epoch = epoch;
    return ok();
  }
  if (!reached(state_.step, Step::staged) && state_.step != Step::restoring)
    return refuse("nothing to restore");
  if (state_.step == Step::confirmed) return refuse("nothing to restore");
  state_.epoch = epoch;
  if (manifest_ != after_ && manifest_ != before_) {
    state_.step = Step::foreign;
    return refuse("the manifest holds foreign bytes");
  }
  state_.step = Step::restoring;
  running_since_ = -1ms;
  if (manifest_ == after_) {
    away_because_of_us_ = true;
    write_manifest(before_);
  }
  return ok();
}

Reply SimNode::settle(const Request& request) {
  if (state_.step != Step::restored && state_.step != Step::restoring)
    return refuse(fmt::format("settle goes from restoring, this node is at {}", node::name(state_.step)));
  if (state_.step == Step::restoring && manifest_ != before_)
    return refuse("the manifest is not the old one");
  state_.step = Step::restored;
  state_.note.clear();
  return again(request);
}

}  // namespace nightlatch::sim
