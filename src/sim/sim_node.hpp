// The node side of the protocol in memory: docs/protocol.md as code, its guard, and a kubelet with one API
// server.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "facts/probe.hpp"
#include "node/protocol.hpp"

namespace nightlatch::sim {

using Millis = std::chrono::milliseconds;

// How an API server behaves that was started from a manifest with these bytes.
struct Behaviour {
  bool starts = true;         // false: exits at once with its refusal
  int probe_status = 200;     // of the health paths without credentials
  int closed_status = 401;    // of /version without credentials
  bool becomes_ready = true;  // false: /readyz stays 500
};

class SimNode final : public node::NodePort {
 public:
  SimNode(std::string name, std::string manifest, const std::map<std::string, Behaviour>& behaviours);

  // The world moves this node's clock before anything is asked of it.
  void advance(Millis now);

  [[nodiscard]] node::Reply call(const node::Request& request) override;
  [[nodiscard]] facts::Seen answer(const facts::Expectation& question) const;

  // --- faults and looks of the world ---
  void edit_by_stranger(std::string manifest);
  void kill_api_server();
  void slow_kubelet(Millis extra) { kubelet_delay_ += extra; }
  // Power goes; after a while the machine starts, the guard before the kubelet.
  void reboot(Millis off);
  // The machine slept: its uptime, and so every deadline, went on while nothing ran.
  void jump_clock(Millis by) { jumped_ += by; }
  [[nodiscard]] bool off() const { return off_until_ > now_; }
  void heal_kubelet() { kubelet_delay_ = Millis(0); }
  [[nodiscard]] const std::string& manifest() const { return manifest_; }
  [[nodiscard]] const node::NodeState& state() const { return state_; }
  [[nodiscard]] bool serving() const { return ready_at_ <= now_ && container_running_ && behaviour().starts; }
  // False while the kubelet misses the API server that our rename took down, and a while after.
  [[nodiscard]] bool kubelet_reports() const { return now_ >= reports_at_; }
  void report_late(Millis by) { report_delay_ = by; }
  // True from the moment our rename makes the kubelet act until the new API server is ready again.
  [[nodiscard]] bool away_because_of_us() const { return away_because_of_us_; }
  [[nodiscard]] int swaps() const { return swaps_; }
  [[nodiscard]] int guard_restores() const { return guard_restores_; }
  void forget_swaps() { swaps_ = 0; }  // another run begins

 private:
  [[nodiscard]] const Behaviour& behaviour() const;
  [[nodiscard]] facts::PodView pod() const;
  [[nodiscard]] node::Reply ok() const;
  [[nodiscard]] node::Reply refuse(std::string why) const;
  [[nodiscard]] node::NodeState observed() const;
  [[nodiscard]] bool guarded() const;
  [[nodiscard]] Millis uptime() const { return now_ + jumped_; }
  // Empty: the deadline lives.
  [[nodiscard]] std::string late() const;
  [[nodiscard]] node::Reply again(const node::Request& request);
  [[nodiscard]] node::Reply from(const node::Request& request, std::string_view start) const;

  node::Reply stage(const node::Request& request);
  node::Reply clean(const node::Request& request);
  node::Reply arm(const node::Request& request);
  node::Reply renew(const node::Request& request);
  node::Reply rehearse(const node::Request& request);
  node::Reply swap(const node::Request& request);
  node::Reply mark(const node::Request& request);
  node::Reply confirm(const node::Request& request);
  node::Reply settle(const node::Request& request);
  node::Reply put_back(std::uint64_t epoch);
  void run_guard();
  void write_manifest(std::string bytes);

  std::string name_;
  const std::map<std::string, Behaviour>* behaviours_;  // by manifest bytes
  Millis now_{0};
  Millis jumped_{0};
  Millis off_until_{-1};
  Millis running_since_{-1};  // another API server than before the guard restored; -1: none yet
  int guard_restores_ = 0;

  // disk
  std::string manifest_;
  node::NodeState state_;
  Millis deadline_{0};  // uptime
  Millis ceiling_{0};
  int booted_ = 1;
  int armed_in_boot_ = 0;
  std::string before_;
  std::string after_;

  // kubelet and API server
  Millis kubelet_delay_{0};
  std::string running_manifest_;  // what the present pod was made from
  std::string pending_manifest_;  // what the kubelet is about to start
  Millis stop_at_{-1};
  Millis start_at_{-1};
  Millis ready_at_{0};
  bool container_running_ = true;
  std::int64_t pod_number_ = 1;
  std::int64_t restarts_ = 0;
  bool away_because_of_us_ = false;
  Millis report_delay_{0};
  Millis reports_at_{0};
  int swaps_ = 0;
};

}  // namespace nightlatch::sim
