// The machine of a simulated node: its kubelet with one API server, its power, its clock.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/sim_node.hpp"
#include "util/hash.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;
using node::Step;

constexpr Millis notice = 800ms;         // inotify to SIGTERM, seen on real nodes
constexpr Millis grace = 5s;             // terminationGracePeriodSeconds: open watches never drain
constexpr Millis next_try = 10s;         // the kubelet tries again after the old pod is gone
constexpr Millis forbidden_for = 500ms;  // RBAC is not loaded yet
constexpr Millis failing_for = 1500ms;   // then 500, then 200

constexpr Millis up_since = 24h * 40;  // machines run for weeks: a deadline is far from what a boot counts

}  // namespace

SimNode::SimNode(std::string name, std::string manifest, const std::map<std::string, Behaviour>& behaviours,
                 std::uint64_t seed)
    : name_(std::move(name)),
      behaviours_(&behaviours),
      jumped_(up_since),
      disk_(seed),
      manifest_(manifest),
      running_manifest_(std::move(manifest)) {}

// --- kubelet
// ---------------------------------------------------------------------------------------------------

const Behaviour& SimNode::behaviour() const {
  static const Behaviour ordinary;
  if (behaviour_ == nullptr || behaviours_known_ != behaviours_->size()) {
    auto found = behaviours_->find(running_manifest_);
    behaviour_ = found == behaviours_->end() ? &ordinary : &found->second;
    behaviours_known_ = behaviours_->size();
  }
  return *behaviour_;
}

bool SimNode::can_start() const {
  return behaviour().starts && (config_is_placed() || !behaviour().needs_config);
}

void SimNode::advance(Millis now) {
  now_ = std::max(now_, now);
  if (off()) return;
  let_guard_act();
  if (!off()) run_kubelet();
}

void SimNode::run_kubelet() {
  if (stop_at_ >= 0ms && now_ >= stop_at_) {
    container_running_ = false;
    stop_at_ = -1ms;
  }
  if (start_at_ >= 0ms && now_ >= start_at_) {
    running_manifest_ = manifest();
    behaviour_ = nullptr;
    ++pod_number_;
    restarts_ = 0;
    container_running_ = can_start();
    load_config();
    ready_at_ = start_at_ + failing_for;
    start_at_ = -1ms;
    if (unconfirmed_since_another_boot() && manifest() == staged().after) booted_unconfirmed_ = true;
    for (Fault odd : behaviour().faults) strikes_.push_back({odd, state().step});
  }
  if (serving() && behaviour().becomes_ready && start_at_ < 0ms && stop_at_ < 0ms)
    away_because_of_us_ = false;
}

void SimNode::kubelet_sees_manifest() {
  if (container_running_) stop_at_ = now_ + notice;
  start_at_ = now_ + notice + grace + next_try + kubelet_delay_;
  reports_at_ = start_at_ + failing_for + report_delay_;
  crowded_until_ = start_at_ + failing_for + crowded_for_;
}

void SimNode::edit_by_stranger(std::string manifest) {
  bool differs = manifest != manifest_.read();
  manifest_.overwrite(std::move(manifest));
  if (differs) kubelet_sees_manifest();
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
  if (!can_start()) pod.exit_code = 1;
  return pod;
}

// Since its process began.
facts::Rejected SimNode::rejected() const {
  constexpr int crowd = 10;  // a second
  Millis began = ready_at_ - failing_for;
  auto in = [](Millis time, int per_second) { return std::max(time, 0ms).count() * per_second / 1'000; };
  auto all = in(now_ - began, rejects_) + in(std::min(now_, crowded_until_) - began, crowd);
  return {static_cast<std::uint64_t>(all), fmt::format("{}", began.count())};
}

// A kube-apiserver of 1.34 tells the hash of the file given by --authentication-config.
void SimNode::load_config() {
  loaded_config_.clear();
  if (!behaviour().needs_config || !behaviour().tells_config || !behaviour().answers_metrics) return;
  std::string_view loaded =
      behaviour().loads_another ? std::string_view("another configuration") : config_.read();
  loaded_config_ = "sha256:" + sha256_hex(loaded);
}

void SimNode::answer_login(facts::Seen& seen) const {
  bool known = !behaviour().identity.empty() && now_ >= ready_at_ + behaviour().login_after;
  seen.status = known ? 201 : 401;
  if (known) seen.identity = behaviour().identity;
}

facts::Seen SimNode::answer(const facts::Expectation& question) const {
  facts::Seen seen{question, 0, name_ + " in memory", {}, 20ms};
  if (!container_running_ || now_ < ready_at_ - failing_for) {
    seen.why = "connection refused";
    return seen;
  }
  seen.certificate = "certificate of " + name_;
  if (question.path == "/metrics" && !behaviour().answers_metrics) {
    seen.why = "timeout";
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
  if (seen.status != 200) return seen;
  if (question.purpose == facts::Purpose::identity) answer_login(seen);
  if (question.path == "/metrics") {
    seen.rejected = rejected();
    seen.loaded_config = loaded_config_;
  }
  return seen;
}

// --- power, disk
// -----------------------------------------------------------------------------------------------

void SimNode::reboot(Millis off) {
  off_until_ = now_ + off;
  ++booted_;
  jumped_ = -off_until_;  // uptime begins anew
  Step step = state().step;
  bool gone = manifest_.lose_power(disk_, now_);
  gone = config_.lose_power(disk_, now_) || gone;
  for (auto& [run, files] : runs_) gone = files.lose_power(disk_, now_) || gone;
  gone = state_.lose_power(disk_, now_) || gone;
  if (gone) strikes_.push_back({Fault::write_lost, step});
  container_running_ = false;
  running_since_ = guard_down_until_ = stop_at_ = -1ms;
  start_at_ = off_until_ + notice + kubelet_delay_;
}

void SimNode::lose_power_in_write(int steps, Millis off) {
  off_for_ = off;
  disk_.cut_after(steps, Disk::Cut::power);
}

void SimNode::heal() {
  disk_.cut_after(0, Disk::Cut::none);
  kubelet_delay_ = report_delay_ = 0ms;
  crowded_for_ = 0ms;
  reports_at_ = std::min(reports_at_, now_);
  crowded_until_ = std::min(crowded_until_, now_);
  full_until_ = guard_down_until_ = -1ms;
}

bool SimNode::was_cut(Step began_at) {
  Disk::Cut cut = disk_.program_ended();
  if (cut == Disk::Cut::none) return false;
  bool power = cut == Disk::Cut::power;
  strikes_.push_back({power ? Fault::power_lost_in_write : Fault::script_killed, began_at});
  if (power) reboot(off_for_);
  return true;
}

}  // namespace nightlatch::sim
