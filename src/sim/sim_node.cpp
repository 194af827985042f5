#include "sim/sim_node.hpp"

#include <algorithm>
#include <array>
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

constexpr std::array terminal_steps{Step::idle, Step::cleaned, Step::confirmed, Step::restored,
                                    Step::foreign};

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

// --- protocol
// --------------------------------------------------------------------------------------------------

node::NodeState SimNode::observed() const {
  node::NodeState state = state_;
  state.manifest_sha256 = sha256_hex(manifest_);
  state.deadline_in = std::chrono::duration_cast<std::chrono::seconds>(deadline_ - now_).count();
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

bool SimNode::terminal() const {
  return std::find(terminal_steps.begin(), terminal_steps.end(), state_.step) != terminal_steps.end();
}

bool SimNode::mine(const Request& request) const {
  return state_.run == request.run && state_.epoch == request.epoch;
}

bool SimNode::late() const {
  return now_ > deadline_;
}

Reply SimNode::call(const Request& request) {
  switch (request.verb) {
    case node::Verb::state:
    case node::Verb::await:
      return ok();
    case node::Verb::place:
      return ok();
    case node::Verb::stage:
      return stage(request);
    case node::Verb::clean:
      return clean(request);
    case node::Verb::arm:
      return arm(request);
    case node::Verb::swap:
      return swap(request);
    case node::Verb::mark:
      return mark(request);
    case node::Verb::confirm:
      return confirm(request);
    case node::Verb::restore:
      return restore(request);
    case node::Verb::settle:
      return settle(request);
    case node::Verb::evidence: {
      Reply reply = ok();
      if (!behaviour().starts) reply.lines = {"command failed err=\"refused\""};
      return reply;
    }
  }
  return refuse("unknown verb");
}

Reply SimNode::stage(const Request& request) {
  if (mine(request) && state_.step == Step::staged) return ok();
  if (state_.run == request.run)
    return refuse(fmt::format("this run is already at {}", node::name(state_.step)));
  if (!terminal()) return refuse(fmt::format("run {} is at {}", state_.run, node::name(state_.step)));
  if (sha256_hex(manifest_) != request.before_sha256)
    return refuse("the manifest is not the one planned for");
  before_ = request.manifest_before;
  after_ = request.manifest_after;
  state_ = node::NodeState{Step::staged, request.run, request.epoch, {}, 0};
  return ok();
}

Reply SimNode::clean(const Request& request) {
  if (mine(request) && state_.step == Step::cleaned) return ok();
  if (!mine(request) || state_.step != Step::staged) return refuse("nothing is staged by this run");
  state_.step = Step::cleaned;
  return ok();
}

Reply SimNode::arm(const Request& request) {
  if (mine(request) && state_.step == Step::armed) return ok();
  if (!mine(request) || state_.step != Step::staged) return refuse("not staged by this run");
  if (sha256_hex(manifest_) != request.before_sha256)
    return refuse("the manifest is not the one planned for");
  state_.step = Step::armed;
  deadline_ = now_ + request.deadline;
  return ok();
}

Reply SimNode::swap(const Request& request) {
  if (mine(request) && state_.step == Step::swapped) return ok();
  if (!mine(request) || state_.step != Step::armed) return refuse("not armed by this run");
  if (late()) return refuse("the deadline has passed");
  if (sha256_hex(manifest_) != request.before_sha256)
    return refuse("the manifest is not the one planned for");
  state_.step = Step::swapped;
  ++swaps_;
  away_because_of_us_ = true;
  write_manifest(after_);
  return ok();
}

Reply SimNode::mark(const Request& request) {
  if (mine(request) && state_.step == request.to) return ok();
  auto previous = static_cast<Step>(static_cast<int>(request.to) - 1);
  if (!mine(request) || state_.step != previous) return refuse("not at the step before");
  if (late()) return refuse("the deadline has passed");
  if (sha256_hex(manifest_) != request.after_sha256) return refuse("the manifest is not ours");
  state_.step = request.to;
  return ok();
}

Reply SimNode::confirm(const Request& request) {
  if (mine(request) && state_.step == Step::confirmed) return ok();
  if (!mine(request) || state_.step != Step::soaked) return refuse("not soaked");
  if (late()) return refuse("the deadline has passed");
  if (sha256_hex(manifest_) != request.after_sha256) return refuse("the manifest is not ours");
  state_.step = Step::confirmed;
  return ok();
}

Reply SimNode::restore(const Request& request) {
  bool takes_over = state_.run == request.run && request.epoch > state_.epoch;
  if (!mine(request) && !takes_over) return refuse("this run is not at work here");
  if (state_.step == Step::restoring || state_.step == Step::restored) {
    state_.epoch = request.epoch;
    return ok();
  }
  if (state_.step < Step::staged || state_.step > Step::soaked) return refuse("there is nothing to restore");
  std::string sha = sha256_hex(manifest_);
  if (sha != request.after_sha256 && sha != request.before_sha256) {
    state_.step = Step::foreign;
    return refuse("the manifest holds foreign bytes");
  }
  state_.epoch = request.epoch;
  state_.step = Step::restoring;
  if (sha == request.after_sha256) {
    away_because_of_us_ = true;
    write_manifest(before_);
  }
  return ok();
}

Reply SimNode::settle(const Request& request) {
  if (mine(request) && state_.step == Step::restored) return ok();
  if (!mine(request) || state_.step != Step::restoring) return refuse("nothing is being restored");
  if (sha256_hex(manifest_) != request.before_sha256) return refuse("the manifest is not the old one");
  state_.step = Step::restored;
  return ok();
}

}  // namespace nightlatch::sim
