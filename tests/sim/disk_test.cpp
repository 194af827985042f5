#include "sim/disk.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch::sim {
namespace {

using namespace std::chrono_literals;
using testing::UnorderedElementsAre;
using Text = File<std::string>;

void land(Text& file, Disk& disk, const std::string& content, Millis now = 0ms) {
  file.write_beside(disk, content);
  file.sync_beside(disk);
  file.rename(disk, now);
  file.sync_directory(disk);
}

// What a file holds after `write`, then loss of power, whichever way the seed lets a rename go.
template <class Write>
std::set<std::string> after_loss_of_power(Write write, Millis later = 1s) {
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Disk disk(seed);
    Text file("old");
    write(file, disk);
    (void)file.lose_power(disk, later);
    found.insert(file.read());
  }
  return found;
}

TEST(Disk, WhatWasLandedOutlivesLossOfPower) {
  EXPECT_THAT(after_loss_of_power([](Text& file, Disk& disk) { land(file, disk, "new"); }),
              UnorderedElementsAre("new"));
}

TEST(Disk, ARenameThatNoSyncFollowedMayBeUndone) {
  auto unsynced = [](Text& file, Disk& disk) {
    file.write_beside(disk, "new");
    file.sync_beside(disk);
    file.rename(disk, 0ms);
  };
  EXPECT_THAT(after_loss_of_power(unsynced), UnorderedElementsAre("old", "new"));
  EXPECT_THAT(after_loss_of_power(unsynced, 31s), UnorderedElementsAre("new")) << "the kernel writes back";
}

TEST(Disk, ARenameThatIsKeptOutlivesLossOfPower) {
  auto kept = [](Text& file, Disk& disk) {
    file.write_beside(disk, "new");
    file.sync_beside(disk);
    file.rename(disk, 0ms);
    file.keep(disk);
  };
  EXPECT_THAT(after_loss_of_power(kept), UnorderedElementsAre("new"));
}

TEST(Disk, AFileRenamedBeforeItsBytesWereSafeIsTorn) {
  auto torn = [](Text& file, Disk& disk) {
    file.write_beside(disk, "new");
    file.rename(disk, 0ms);
    file.sync_directory(disk);
  };
  EXPECT_THAT(after_loss_of_power(torn), UnorderedElementsAre(""));
}

TEST(Disk, AProgramThatIsCutWritesNothingMore) {
  for (int steps = 0; steps < 4; ++steps) {
    Disk disk(1);
    Text file("old");
    disk.cut_after(steps, Disk::Cut::killed);
    land(file, disk, "new");
    EXPECT_EQ(file.read(), steps < 3 ? "old" : "new") << steps;
    EXPECT_EQ(disk.program_ended(), Disk::Cut::killed);
    land(file, disk, "newer");
    EXPECT_EQ(file.read(), "newer") << "the next program is whole again";
  }
}

}  // namespace
}  // namespace nightlatch::sim
