#include "access/profile.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "access/errors.hpp"

namespace nightlatch::access {
namespace {

using Names = std::vector<std::string>;

TEST(Profile, EveryScopedProfileKeepsTheHealthPaths) {
  for (const Profile& profile : profiles()) {
    EXPECT_TRUE(std::is_sorted(profile.paths.begin(), profile.paths.end()));
    if (profile.name == "closed" || profile.name == "rbac-only") continue;
    for (const char* path : {"/healthz", "/livez", "/readyz"}) {
      EXPECT_NE(std::find(profile.paths.begin(), profile.paths.end(), path), profile.paths.end())
          << profile.name;
    }
  }
}

TEST(Profile, CombinationIsTheUnion) {
  EXPECT_EQ(combine(Names{"health-only", "metrics"}, Names{"/version", "/livez"}),
            (Names{"/healthz", "/livez", "/metrics", "/readyz", "/version"}));
}

TEST(Profile, UnknownNameSuggestsTheNearest) {
  auto paths = combine(Names{"health-onyl"}, {});
  ASSERT_FALSE(paths);
  EXPECT_EQ(paths.error().code.number, access_errors::unknown_profile.number);
  EXPECT_EQ(paths.error().hint, "did you mean health-only?");
}

TEST(Profile, ClosedStandsAlone) {
  EXPECT_TRUE(combine(Names{"closed"}, {}));
  for (const auto& paths :
       {combine(Names{"closed", "metrics"}, {}), combine(Names{"closed"}, Names{"/version"}),
        combine(Names{"health-only", "rbac-only"}, {})}) {
    ASSERT_FALSE(paths);
    EXPECT_EQ(paths.error().code.number, access_errors::profile_alone.number);
  }
  EXPECT_TRUE(combine(Names{"rbac-only"}, Names{"/version"}));
}

TEST(Profile, PathThatNoRequestHasIsRefused) {
  for (const char* path : {"livez", "", "/livez?verbose", "/live z", "/livez/*", "/%6civez", "/a\nb"}) {
    auto paths = combine(Names{"health-only"}, Names{path});
    ASSERT_FALSE(paths) << path;
    EXPECT_EQ(paths.error().code.number, access_errors::bad_path.number);
  }
}

}  // namespace
}  // namespace nightlatch::access
