#include "sim/simulation.hpp"

#include <cstdlib>
#include <iostream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts/steps.hpp"
#include "sim/coverage.hpp"
#include "util/text.hpp"

namespace nightlatch::sim {
namespace {

using testing::IsEmpty;

// So few rolls have not met every cell of the tables.
constexpr std::uint64_t enough_for_every_cell = 20'000;

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}
// NIGHTLATCH_SIM_SEEDS: how many; NIGHTLATCH_SIM_FIRST: from which on; NIGHTLATCH_SIM_SEED: just this one,
// told in full.
std::uint64_t only_seed() {
  return number_from_environment("NIGHTLATCH_SIM_SEED", 0);
}
std::uint64_t seed_count() {
  return only_seed() == 0 ? number_from_environment("NIGHTLATCH_SIM_SEEDS", 1000) : 1;
}

struct Played {
  Coverage coverage;
  std::string broken;  // of the first roll that broke an invariant
  int confirmed_by_another = 0;
};

Played play() {
  Played played;
  std::uint64_t first = only_seed() == 0 ? number_from_environment("NIGHTLATCH_SIM_FIRST", 1) : only_seed();
  for (std::uint64_t seed = first; seed < first + seed_count(); ++seed) {
    SimulationResult roll = simulate(seed);
    played.coverage.add(roll);
    if (roll.confirmed_by_another) ++played.confirmed_by_another;
    if (roll.broken.empty()) continue;
    played.broken = fmt::format("seed {} (faults: {}): {}\nreplay: NIGHTLATCH_SIM_SEED={}", seed, roll.fault,
                                join(roll.broken, "; "), seed);
    break;
  }
  return played;
}
// Once for all tests of this process.
const Played& played() {
  static const Played all = play();
  return all;
}

void tell(const SimulationResult& roll) {
  std::cout << fmt::format("faults: {}\n", roll.fault);
  for (const rollout::Record& record : roll.journal) {
    std::cout << fmt::format("{:4} {:4} {:10} {} {}\n", record.seq, record.node, record.step,
                             rollout::name(record.phase),
                             record.data.contains("why") ? record.data.at("why") : "");
  }
  for (const Strike& strike : roll.strikes)
    std::cout << fmt::format("{} at {}\n", name(strike.fault), node::name(strike.step));
}

TEST(Simulation, NoSeedBreaksAnInvariant) {
  if (only_seed() != 0) tell(simulate(only_seed()));
  EXPECT_EQ(played().broken, "");
}

// A run that never met a fault at a step would prove nothing about it.
TEST(Simulation, EveryFaultMeetsEveryStepAndEveryEndIsReached) {
  const Coverage& coverage = played().coverage;
  if (only_seed() != 0 || !played().broken.empty()) GTEST_SKIP() << "the rolls were not all played";
  std::cout << coverage.text();
  EXPECT_THAT(coverage.surprises(), IsEmpty());
  if (seed_count() >= enough_for_every_cell) {
    EXPECT_THAT(coverage.missing(), IsEmpty());
    EXPECT_GT(played().confirmed_by_another, 0);
  }
  if (seed_count() >= 1000) {
    for (Fault fault : {Fault::lost_for_ever, Fault::power_lost, Fault::clock_jumps, Fault::link_cut})
      EXPECT_GT(coverage.guarded_rolls(fault), 0U) << name(fault);
  }
}

TEST(Simulation, TheSameSeedGivesTheSameRoll) {
  for (std::uint64_t seed = 1; seed < 30; ++seed) {
    EXPECT_EQ(simulate(seed).journal, simulate(seed).journal) << seed;
  }
}

// Rolls that broke an invariant once, far beyond those that are played each time.
TEST(Simulation, RollsThatFoundAMistakeHold) {
  for (std::uint64_t seed : {95'312U, 150'201U, 156'225U, 827'918U})
    EXPECT_EQ(join(simulate(seed).broken, "; "), "") << seed;
}

// A screen that does not know a step shows its bare name and waits for nothing.
TEST(Simulation, EveryStepThatARollTellsOfANodeStandsInTheTable) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    for (const rollout::Record& record : simulate(seed).journal) {
      if (record.node.empty()) continue;
      EXPECT_NE(facts::find_journal_step(record.step), nullptr) << record.step << " in seed " << seed;
    }
  }
}

}  // namespace
}  // namespace nightlatch::sim
