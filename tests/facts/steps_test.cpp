// The one table of steps is complete, and what is derived from it agrees with itself.
#include "facts/steps.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch::facts {

namespace {

using testing::IsEmpty;
using testing::Not;

TEST(Steps, NamesOfTheProtocolAreReadBack) {
  std::set<std::string_view> names;
  for (const ProtocolStepRow& row : protocol_steps()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
    EXPECT_EQ(protocol_step_named(row.name), row.step) << row.name;
    EXPECT_EQ(find_protocol_step(row.name), &row_of(row.step)) << row.name;
  }
  EXPECT_EQ(protocol_step_named("done"), std::nullopt);
}

TEST(Steps, EveryStepOfTheJournalHasAllItsWords) {
  std::set<std::string_view> names;
  for (const JournalStepRow& row : journal_steps()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
    EXPECT_EQ(find_journal_step(row.name), &row_of(row.step)) << row.name;
    EXPECT_THAT(row.doing, Not(IsEmpty())) << row.name;
    EXPECT_THAT(row.waits_for, Not(IsEmpty())) << row.name;
  }
  EXPECT_EQ(find_journal_step("done"), nullptr);
}

// Where both tables know a word, it means the same: the journal's done record of a step says that the node's
// state file holds it.
TEST(Steps, WhatEndsANodesWayIsAtRestOnTheNode) {
  for (const JournalStepRow& row : journal_steps()) {
    const ProtocolStepRow* state = find_protocol_step(row.name);
    if (row.is_last) {
      ASSERT_NE(state, nullptr) << row.name;
    }
    if (state != nullptr) {
      EXPECT_EQ(state->is_mid_change, !row.is_last) << row.name;
    }
  }
}

// Nobody needs to come back to a node whose manifest is known and that has no guard.
TEST(Steps, AManifestThatMayBeEitherIsInMidChange) {
  for (const ProtocolStepRow& row : protocol_steps()) {
    if (row.manifest == ManifestSide::either) {
      EXPECT_TRUE(row.is_mid_change) << row.name;
    }
  }
}

}  // namespace

}  // namespace nightlatch::facts
