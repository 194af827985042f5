// What many simulated rolls have met: each fault at each step of a node, and each end of a run.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/simulation.hpp"

namespace nightlatch::sim {

inline constexpr std::size_t end_count = 10;
inline constexpr std::size_t cluster_count = 4;

class Coverage {
 public:
  void add(const SimulationResult& roll);

  [[nodiscard]] std::uint64_t rolls() const { return rolls_; }
  // Two tables for people.
  [[nodiscard]] std::string text() const;
  // Cells that can be reached, and were not.
  [[nodiscard]] std::vector<std::string> missing() const;
  // What was reached although the tables call it impossible.
  [[nodiscard]] std::vector<std::string> surprises() const;
  // Rolls with this fault in which a guard restored.
  [[nodiscard]] std::uint64_t guarded_rolls(Fault fault) const {
    return guarded_[static_cast<std::size_t>(fault)];
  }

 private:
  void add_end(const rollout::RunResult& end);

  std::array<std::array<std::uint64_t, step_count>, fault_count> strikes_{};
  std::array<std::uint64_t, fault_count> guarded_{};
  std::array<std::array<std::uint64_t, cluster_count>, end_count> ends_{};
  std::vector<std::string> unknown_ends_;
  std::uint64_t rolls_ = 0;
  std::uint64_t crashed_ = 0;
  std::uint64_t abandoned_ = 0;
};

}  // namespace nightlatch::sim
