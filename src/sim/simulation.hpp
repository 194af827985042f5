// One simulated roll: the real Run against nodes in memory, one seeded scheduler, faults as the seed wills.
// The same seed replays the same roll.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rollout/record.hpp"
#include "rollout/run.hpp"
#include "sim/fault.hpp"

namespace nightlatch::sim {

struct SimulationResult {
  std::uint64_t seed = 0;
  std::string fault;                     // what the seed chose: "none", "config refused (cp2), …"
  std::vector<Strike> strikes;           // what became of it, and of the messages
  bool crashed = false;                  // nightlatch was dropped in mid-run
  bool abandoned = false;                // dropped, and nobody came
  bool confirmed_by_another = false;     // what it left was kept by another workstation
  int guard_restores = 0;                // how often a guard acted
  std::vector<rollout::RunResult> ends;  // of every run that came to an end
  std::vector<std::string> broken;       // invariants that did not hold; empty is the aim
  std::vector<rollout::Record> journal;  // of the first run
  int events = 0;
};

[[nodiscard]] SimulationResult simulate(std::uint64_t seed);

}  // namespace nightlatch::sim
