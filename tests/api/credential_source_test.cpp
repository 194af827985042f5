// Credentials that end during a command are read anew, and not more often than they must be.
#include "api/credential_source.hpp"

#include <gmock/gmock.h>

#include "api/errors.hpp"

namespace nightlatch::api {
namespace {

using namespace std::chrono_literals;

class CredentialSourceTest : public ::testing::Test {
 protected:
  Credentials token(const std::string& word, std::chrono::seconds lasts = 0s) {
    Credentials out;
    out.token = word;
    if (lasts > 0s) out.expires = now_ + lasts;
    return out;
  }
  CredentialSource source(Credentials first) {
    return CredentialSource(
        std::move(first),
        [this]() -> Result<Credentials> {
          ++readings_;
          if (!failure_.empty()) return fail(api_errors::exec_plugin_failed, failure_, {"install it"});
          return next_;
        },
        [this] { return now_; });
  }

  std::chrono::system_clock::time_point now_{1'000'000s};
  Credentials next_;
  std::string failure_;
  int readings_ = 0;
};

TEST_F(CredentialSourceTest, WhatDoesNotExpireIsReadOnce) {
  auto credentials = source(token("a"));
  now_ += 24h;
  EXPECT_EQ(credentials.current().token, "a");
  EXPECT_EQ(readings_, 0);
}

TEST_F(CredentialSourceTest, WhatHasExpiredIsReadAgain) {
  auto credentials = source(token("a", 60s));
  now_ += 59s;
  EXPECT_EQ(credentials.current().token, "a");
  now_ += 1s;
  next_ = token("b", 60s);
  EXPECT_EQ(credentials.current().token, "b");
  EXPECT_EQ(credentials.current().token, "b");
  EXPECT_EQ(readings_, 1);
}

TEST_F(CredentialSourceTest, WhatIsRefusedIsReplacedIfThereIsSomethingElse) {
  auto credentials = source(token("a"));
  next_ = token("b");
  EXPECT_EQ(credentials.instead_of(token("a")), token("b"));
  EXPECT_EQ(credentials.instead_of(token("a")), token("b")) << "another thread was refused, too";
  EXPECT_EQ(readings_, 1);
}

TEST_F(CredentialSourceTest, ASourceWithNothingNewIsReadEveryTenSeconds) {
  auto credentials = source(token("a"));
  next_ = token("a");
  for (int second = 0; second < 21; ++second, now_ += 1s)
    EXPECT_EQ(credentials.instead_of(token("a")), std::nullopt);
  EXPECT_EQ(readings_, 3);
}

TEST_F(CredentialSourceTest, WhyItCouldNotBeReadIsKeptUntilItCan) {
  auto credentials = source(token("a", 1s));
  failure_ = "exec plugin \"login\": it ended with exit status 1: the session has ended";
  now_ += 5s;
  EXPECT_EQ(credentials.current().token, "a") << "an API server has the last word";
  EXPECT_EQ(credentials.failure(), failure_ + "; install it");
  now_ += 10s;
  failure_.clear();
  next_ = token("b");
  EXPECT_EQ(credentials.current().token, "b");
  EXPECT_EQ(credentials.failure(), "");
}

}  // namespace
}  // namespace nightlatch::api
