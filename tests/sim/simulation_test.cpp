#include "sim/simulation.hpp"

#include <cstdlib>
#include <iostream>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "util/text.hpp"

namespace nightlatch::sim {
namespace {

// NIGHTLATCH_SIM_SEEDS: how many; NIGHTLATCH_SIM_SEED: just this one, told in full.
std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

void tell(const SimulationResult& run) {
  for (const rollout::Record& record : run.journal) {
    std::cout << fmt::format("{:4} {:4} {:10} {} {}\n", record.seq, record.node, record.step,
                             rollout::name(record.phase),
                             record.data.contains("why") ? record.data.at("why") : "");
  }
}

TEST(Simulation, NoSeedBreaksAnInvariant) {
  std::uint64_t only = number_from_environment("NIGHTLATCH_SIM_SEED", 0);
  std::uint64_t first = only == 0 ? 1 : only;
  std::uint64_t count = only == 0 ? number_from_environment("NIGHTLATCH_SIM_SEEDS", 1000) : 1;
  std::map<std::string, std::uint64_t> ends;
  std::uint64_t crashes = 0, abandoned = 0;
  std::map<std::string, std::uint64_t> stopped;  // by fault: rolls that came to no end of their own
  std::map<std::string, std::uint64_t> guards;   // by fault: rolls in which a guard restored
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SimulationResult run = simulate(seed);
    ++ends[run.abandoned ? "abandoned" : std::string(rollout::name(run.result.outcome))];
    if (run.crashed) ++crashes;
    if (run.abandoned) ++abandoned;
    std::string fault = run.fault.substr(0, run.fault.find(" ("));
    if (run.guard_restores > 0) ++guards[fault];
    if (!run.crashed && run.result.outcome == rollout::Outcome::stopped) ++stopped[fault];
    if (only != 0) tell(run);
    ASSERT_TRUE(run.broken.empty()) << fmt::format("seed {} (fault: {}, crashed: {}): {}", seed, run.fault,
                                                   run.crashed, join(run.broken, "; "))
                                    << "\nreplay: NIGHTLATCH_SIM_SEED=" << seed;
  }
  std::cout << fmt::format("{} simulated rolls, {} with a crash; ends:", count, crashes);
  for (const auto& [end, number] : ends) std::cout << fmt::format(" {} {}", end, number);
  std::cout << "; guards restored:";
  for (const auto& [fault, number] : guards) std::cout << fmt::format(" {} {},", fault, number);
  std::cout << fmt::format(" of {} abandoned\n", abandoned);
  if (only == 0 && count >= 1000) {
    // A run that never met an end would prove nothing about it.
    for (const char* end : {"done", "rolled_back", "stopped", "needs_person", "paused", "interrupted"}) {
      EXPECT_GT(ends[end], 0U) << end;
    }
    for (const char* fault : {"kubelet late", "lease late"}) EXPECT_GT(stopped[fault], 0U) << fault;
    EXPECT_GT(crashes, 0U);
    EXPECT_GT(abandoned, 0U);
    for (const char* fault : {"workstation lost", "node reboots", "clock jumps", "link cut"}) {
      EXPECT_GT(guards[fault], 0U) << fault;
    }
  }
}

TEST(Simulation, TheSameSeedGivesTheSameRoll) {
  for (std::uint64_t seed = 1; seed < 30; ++seed) {
    EXPECT_EQ(simulate(seed).journal, simulate(seed).journal) << seed;
  }
}

}  // namespace
}  // namespace nightlatch::sim
