// The load balancer in front of the simulated API servers: its health checks, and where a new connection
// leads.
#pragma once

#include <cstddef>
#include <vector>

#include "facts/probe.hpp"
#include "sim/sim_node.hpp"

namespace nightlatch::sim {

class Balancer {
 public:
  // spreads: over all healthy backends in turn, each showing its own serving certificate. hides: the same,
  // but every answer shows the load balancer's certificate. sticks: to one backend for as long as it is
  // healthy (active and passive).
  enum class Kind { absent, spreads, hides, sticks };
  struct HealthCheck {
    Millis interval{2000};
    int rise = 2;  // successes in a row, until a backend is used again
    int fall = 3;  // failures in a row, until it is used no more
  };

  Balancer() = default;  // absent
  // The nodes outlive the balancer. All of them are healthy at first.
  Balancer(Kind kind, HealthCheck check, const std::vector<const SimNode*>& nodes);

  // Carries out a health check that is due. To be called after the nodes have been advanced.
  void advance(Millis now);
  // One new connection. Status 0: nobody answered.
  [[nodiscard]] facts::Seen connect(const facts::Expectation& question);

  // --- faults
  // Once the node has failed its health check, it is never used again.
  void never_take_back(const SimNode& node);
  // Nothing is answered until then.
  void fall_silent(Millis until) { silent_until_ = until; }
  void check_slowly(Millis interval);
  // From now on its health check asks, without credentials, a path that the new manifests close.
  void ask_closed_path() { asks_closed_path_ = true; }
  // The faults are over.
  void heal();

  // --- looks of the world
  [[nodiscard]] bool is_there() const { return kind_ != Kind::absent; }
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool silent() const { return now_ < silent_until_; }
  // Whether a new connection has reached this node, with a good answer, at this time or later.
  [[nodiscard]] bool has_reached(const SimNode& node, Millis since) const;

 private:
  struct Backend {
    const SimNode* node = nullptr;
    bool healthy = true;
    int against = 0;  // results in a row that speak against `healthy`
    Millis reached_at{-1};
    bool never_again = false;
  };

  void check(Backend& backend) const;
  [[nodiscard]] bool passes(const SimNode& node) const;
  [[nodiscard]] Backend* choose();

  Kind kind_ = Kind::absent;
  HealthCheck check_;
  Millis interval_{0};  // as it is now: a fault makes it longer
  std::vector<Backend> backends_;
  std::size_t turn_ = 0;  // spreads, hides: connections so far; sticks: index of the backend
  Millis now_{0};
  Millis next_check_{0};
  Millis silent_until_{-1};
  bool asks_closed_path_ = false;
};

}  // namespace nightlatch::sim
