#include "access/version.hpp"

#include <gtest/gtest.h>

#include "access/errors.hpp"

namespace nightlatch::access {
namespace {

TEST(Version, ReadsWhatTagsSay) {
  EXPECT_EQ(parse_version("v1.34.4")->text(), "1.34.4");
  EXPECT_EQ(parse_version("1.34")->text(), "1.34.0");
  EXPECT_EQ(parse_version("v1.37.0-beta.0")->suffix, "-beta.0");
  EXPECT_EQ(parse_version("v1.34.4+rke2r1")->suffix, "+rke2r1");
  EXPECT_EQ(parse_version("v1.34.4_x")->minor_text(), "1.34");
}

TEST(Version, OrderIsByNumbers) {
  EXPECT_LT(*parse_version("1.9.9"), *parse_version("1.10.0"));
  EXPECT_LT(*parse_version("1.32.2"), *parse_version("1.32.3"));
  EXPECT_EQ(*parse_version("1.34.4"), *parse_version("v1.34.4+k3s1"));
}

TEST(Version, ANewerMinorIsJudgedLikeTheNewestKnownOneWhereThatWasAccepted) {
  auto judged = [](const char* text, const std::vector<std::string>& accepted) {
    auto version = judged_as(*parse_version(text), accepted);
    return version ? version->text() : "";
  };
  EXPECT_EQ(judged("v1.30.0", {}), "1.30.0");
  EXPECT_EQ(judged("v1.37.2", {"1.38"}), "1.37.2") << "what is known decides for itself";
  EXPECT_EQ(judged("v1.38.1", {"1.38"}), "1.37.0");
  EXPECT_EQ(judged("v1.38.1", {}), "");
  EXPECT_EQ(judged("v1.39.0", {"1.38"}), "") << "each minor is accepted by name";
  EXPECT_EQ(judged("v2.0.0", {"2.0"}), "1.37.0");
  EXPECT_EQ(judged("v1.29.9", {"1.29"}), "") << "an older one lacks what is needed";
}

TEST(Version, OtherTextIsAnError) {
  for (const char* text :
       {"", "v", "latest", "1", "1.", "1.x", "1.34.", "1.34.4.5", "-1.2.3", "1.34.4x", "1.99999999999"}) {
    auto version = parse_version(text);
    ASSERT_FALSE(version) << text;
    EXPECT_EQ(version.error().code.number, access_errors::bad_version.number);
  }
}

}  // namespace
}  // namespace nightlatch::access
