// The node side of the protocol in memory: docs/protocol.md as code, its guard, and a kubelet with one API
// server.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "facts/probe.hpp"
#include "node/protocol.hpp"
#include "sim/disk.hpp"
#include "sim/fault.hpp"

namespace nightlatch::sim {

// How an API server behaves that was started from a manifest with these bytes.
struct Behaviour {
  bool starts = true;         // false: exits at once with its refusal
  int probe_status = 200;     // of the health paths without credentials
  int closed_status = 401;    // of /version without credentials
  bool becomes_ready = true;  // false: /readyz stays 500
  bool needs_config = false;  // exits without the file that `place` writes
  // Who a person's token is; empty: the token is refused.
  std::string identity = "ana [dev ops]";
  Millis login_after{0};        // it is refused for so long after the start: keys are fetched
  bool loads_another = false;   // configuration than the file that `place` wrote
  bool tells_config = true;     // /metrics holds the hash of the configuration it has loaded
  bool answers_metrics = true;  // false: GET /metrics takes longer than anybody waits
  std::vector<Fault> faults{};  // what the seed chose to be odd with it
  // One of them, for which its node must not be confirmed.
  std::optional<Fault> wrong{};
};

// A step that a node left for another, and whose verb it was.
struct Transition {
  node::Step from = node::Step::idle;
  node::Step to = node::Step::idle;
  std::string run_before;
  std::string run;
  bool by_guard = false;
};

class SimNode final : public node::NodePort {
 public:
  SimNode(std::string name, std::string manifest, const std::map<std::string, Behaviour>& behaviours,
          std::uint64_t seed = 0);

  // The world moves this node's clock before anything is asked of it.
  void advance(Millis now);

  [[nodiscard]] node::Reply call(const node::Request& request) override;
  [[nodiscard]] facts::Seen answer(const facts::Expectation& question) const;

  // --- faults
  void edit_by_stranger(std::string manifest);
  void kill_api_server();
  void slow_kubelet(Millis extra) { kubelet_delay_ += extra; }
  // What has not happened yet does not happen, and what lasts is over; a machine that is off comes by itself.
  void heal();
  // Power goes; after a while the machine starts, the guard before the kubelet.
  void reboot(Millis off);
  // The machine slept: its uptime, and so every deadline, went on while nothing ran.
  void jump_clock(Millis by) { jumped_ += by; }
  // After so many more steps of writing power goes, or the script (or guard) that writes is killed.
  void lose_power_in_write(int steps, Millis off);
  void kill_script_in_write(int steps) { disk_.cut_after(steps, Disk::Cut::killed); }
  void fill_disk(Millis until) { full_until_ = until; }
  // A person types the guard's own command, `sh guard restore`, and reads its answer.
  node::Reply restore_by_hand();
  void kill_guard(Millis until) { guard_down_until_ = until; }

  // --- looks of the world
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool off() const { return off_until_ > now_; }
  [[nodiscard]] const std::string& manifest() const { return manifest_.read(); }
  [[nodiscard]] bool config_is_placed() const { return !config_.read().empty(); }
  [[nodiscard]] const node::NodeState& state() const { return state_.read().told; }
  // What the run that was here last found, and what it wrote.
  [[nodiscard]] const std::string& planned_before() const { return staged().before; }
  [[nodiscard]] const std::string& planned_after() const { return staged().after; }
  [[nodiscard]] bool guarded() const;
  [[nodiscard]] bool serving() const { return ready_at_ <= now_ && container_running_ && can_start(); }
  // False while the kubelet misses the API server that our rename took down, and a while after.
  [[nodiscard]] bool kubelet_reports() const { return now_ >= reports_at_; }
  void report_late(Millis by) { report_delay_ = by; }
  // Whether it has no room for all the clients that come back after our rename.
  [[nodiscard]] bool crowded() const { return now_ < crowded_until_; }
  void crowd_for(Millis time) { crowded_for_ = time; }
  // It turns some away at all times.
  void reject(int per_second) { rejects_ = per_second; }
  // Addresses of its interfaces, beside its own.
  void hold(std::vector<std::string> addresses) { held_ = std::move(addresses); }
  [[nodiscard]] std::int64_t restarts() const { return restarts_; }
  // Since when its API server has been ready, or will be.
  [[nodiscard]] Millis ready_at() const { return ready_at_; }
  // "sha256:…" of the configuration that its API server has loaded; empty: it has none, or does not tell.
  [[nodiscard]] const std::string& loaded_config() const { return loaded_config_; }
  // True from the moment our rename makes the kubelet act until the new API server is ready again.
  [[nodiscard]] bool away_because_of_us() const { return away_because_of_us_; }
  // The kubelet has, after a boot, started what nobody has confirmed (S5).
  [[nodiscard]] bool booted_unconfirmed() const { return booted_unconfirmed_; }
  [[nodiscard]] int guard_restores() const { return guard_restores_; }
  // What happened since the last look.
  [[nodiscard]] std::vector<Transition> take_transitions() { return std::exchange(transitions_, {}); }
  [[nodiscard]] std::vector<Strike> take_strikes() { return std::exchange(strikes_, {}); }

 private:
  struct StateFile {
    node::NodeState told;
    Millis deadline{0};  // uptime
    Millis ceiling{0};
    int boot = 0;  // in which it was armed
  };
  struct Staged {
    std::string before;
    std::string after;
    bool over = false;  // another run came after it
  };

  [[nodiscard]] const Behaviour& behaviour() const;
  [[nodiscard]] bool can_start() const;
  [[nodiscard]] facts::PodView pod() const;
  [[nodiscard]] facts::Rejected rejected() const;
  void answer_login(facts::Seen& seen) const;
  void load_config();
  [[nodiscard]] node::Reply ok() const;
  [[nodiscard]] node::Reply refuse(std::string why) const;
  [[nodiscard]] node::NodeState observed() const;
  [[nodiscard]] const Staged& staged() const;
  [[nodiscard]] bool as_staged(const node::Request& request) const;
  [[nodiscard]] Millis uptime() const { return now_ + jumped_; }
  // Empty: the deadline lives.
  [[nodiscard]] std::string late() const;
  [[nodiscard]] node::Reply again(const node::Request& request);
  [[nodiscard]] node::Reply from(const node::Request& request, std::string_view start) const;

  node::Reply obey(const node::Request& request);
  node::Reply place(const node::Request& request);
  node::Reply stage(const node::Request& request);
  node::Reply clean(const node::Request& request);
  node::Reply arm(const node::Request& request);
  node::Reply renew(const node::Request& request);
  node::Reply rehearse(const node::Request& request);
  node::Reply swap(const node::Request& request);
  node::Reply mark(const node::Request& request);
  node::Reply confirm(const node::Request& request);
  node::Reply settle(const node::Request& request);
  enum class Typed { no, yes };
  node::Reply put_back(std::uint64_t epoch, Typed typed = Typed::no);

  void let_guard_act();
  void run_guard();
  // The run at hand was armed before this machine was started, and neither confirmed nor undone.
  [[nodiscard]] bool unconfirmed_since_another_boot() const;
  void run_kubelet();
  void kubelet_sees_manifest();
  // `land` of agent.sh.
  template <class Content>
  void land(File<Content>& file, Content content);
  // `set_state` of agent.sh: `step` for this run and epoch, or why not.
  node::Reply enter(StateFile next, node::Step step, std::uint64_t epoch);
  void put(const std::string& bytes);
  [[nodiscard]] bool disk_is_full();
  // Whether the program that began at this step was cut, so that it answered nothing.
  [[nodiscard]] bool was_cut(node::Step began_at);

  std::string name_;
  const std::map<std::string, Behaviour>* behaviours_;  // by manifest bytes
  Millis now_{0};
  Millis jumped_;
  Millis off_until_{-1};
  Millis off_for_{0};  // when power is lost in a write
  int booted_ = 1;

  Disk disk_;
  File<std::string> manifest_;
  File<std::string> config_;
  File<StateFile> state_;
  std::map<std::string, File<Staged>> runs_;
  Millis full_until_{-1};
  bool reserve_is_given_back_ = false;

  // guard
  Millis guard_down_until_{-1};
  Millis running_since_{-1};  // another API server than before the guard restored; -1: none yet
  bool guard_acts_ = false;
  int guard_restores_ = 0;

  // kubelet and API server
  Millis kubelet_delay_{0};
  std::string running_manifest_;  // what the present pod was made from
  // Of that manifest, looked up anew when another pod is made or another manifest is known: most of a roll
  // asks for it.
  mutable const Behaviour* behaviour_ = nullptr;
  mutable std::size_t behaviours_known_ = 0;
  Millis stop_at_{-1};
  Millis start_at_{-1};
  Millis ready_at_{0};
  bool container_running_ = true;
  std::string loaded_config_;
  std::int64_t pod_number_ = 1;
  std::int64_t restarts_ = 0;
  std::vector<std::string> held_;
  bool away_because_of_us_ = false;
  Millis report_delay_{0};
  Millis reports_at_{0};
  Millis crowded_for_{0};
  Millis crowded_until_{0};
  int rejects_ = 0;  // a second
  bool booted_unconfirmed_ = false;

  std::vector<Transition> transitions_;
  std::vector<Strike> strikes_;
};

}  // namespace nightlatch::sim
