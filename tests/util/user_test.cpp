#include "util/user.hpp"

#include <gtest/gtest.h>

#include "util/environment.hpp"
#include "util/file.hpp"

namespace nightlatch {

namespace {

TEST(User, TheMachineKnowsWhoRunsThis) {
  EXPECT_FALSE(login_name().empty());
  EXPECT_TRUE(home_directory().starts_with('/'));
}

TEST(User, WithoutHomeTheDatabaseTellsWhereHomeIs) {
  ScopedVariable none("HOME", nullptr);
  EXPECT_EQ(expand_home("~/x"), home_directory() + "/x");
}

}  // namespace

}  // namespace nightlatch
