#include "sim/coverage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch::sim {
namespace {

using node::Step;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

SimulationResult roll_with(Fault fault, Step step) {
  SimulationResult roll;
  roll.strikes = {{fault, step}};
  return roll;
}

TEST(Coverage, ACellThatWasNotReachedIsMissing) {
  Coverage coverage;
  EXPECT_THAT(coverage.missing(), Contains("power lost at swapped"));
  coverage.add(roll_with(Fault::power_lost, Step::swapped));
  EXPECT_THAT(coverage.missing(), Not(Contains("power lost at swapped")));
  EXPECT_THAT(coverage.missing(), Contains("power lost at armed"));
  EXPECT_THAT(coverage.surprises(), IsEmpty());
}

TEST(Coverage, ACellThatCannotBeIsNeverMissingAndSurprises) {
  Coverage coverage;
  EXPECT_THAT(coverage.missing(), Not(Contains("person declines at soaked")));
  coverage.add(roll_with(Fault::declines, Step::soaked));
  EXPECT_THAT(coverage.surprises(), ElementsAre("person declines at soaked"));
}

TEST(Coverage, AnEndThatTheTableDoesNotHaveSurprises) {
  Coverage coverage;
  SimulationResult roll;
  rollout::RunResult end;
  end.outcome = rollout::Outcome::rolled_back;
  end.exit = Exit::bug;
  roll.ends = {end};
  coverage.add(roll);
  EXPECT_THAT(coverage.surprises(), ElementsAre("rolled_back, exit 1"));
}

// Every cell that is called impossible has its reason beside it.
TEST(Coverage, WhatCannotBeHasAReason) {
  for (const FaultRow& row : fault_table()) {
    bool everywhere = true;
    for (std::size_t step = 0; step < step_count; ++step)
      everywhere = everywhere && row.must_strike(step_at(step));
    EXPECT_EQ(everywhere, row.why_no_other.empty()) << row.name;
  }
}

TEST(Coverage, ThePersonReadsWhoWasStruckWhen) {
  Coverage coverage;
  coverage.add(roll_with(Fault::disk_full, Step::gated));
  EXPECT_THAT(coverage.text(), HasSubstr("disk       disk full"));
  EXPECT_THAT(coverage.text(), HasSubstr("1 simulated rolls"));
}

}  // namespace
}  // namespace nightlatch::sim
