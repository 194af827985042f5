#include "verify/questions.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch::verify {
namespace {

using access::Exposure;
using access::ExposureState;
using facts::Credentials;
using facts::Expectation;
using facts::Purpose;
using Codes = std::vector<int>;

const std::vector<std::string> health{"/healthz", "/livez", "/readyz"};

Exposure restricted(std::vector<std::string> paths) {
  return {ExposureState::restricted, std::move(paths), ""};
}

Codes expected(const std::vector<Expectation>& all, const std::string& path,
               Credentials who = Credentials::none) {
  auto found = std::find_if(all.begin(), all.end(), [&](const Expectation& question) {
    return question.credentials == who && question.path.substr(0, question.path.find('?')) == path;
  });
  return found == all.end() ? Codes{-1} : found->expected;
}

TEST(Questions, HealthOnlyOpensThreePathsAndNothingElse) {
  auto all = questions(restricted(health));
  EXPECT_GE(all.size(), 18U);
  for (const Expectation& question : all) {
    if (question.credentials == Credentials::admin) continue;
    bool open = std::find(health.begin(), health.end(), question.path) != health.end();
    EXPECT_EQ(question.expected, open ? Codes{200} : Codes{401}) << question.path;
    EXPECT_EQ(question.purpose, open ? Purpose::stays_open : Purpose::must_be_closed) << question.path;
  }
  for (const char* path :
       {"/version", "/api", "/apis", "/api/v1/pods", "/openapi/v2", "/metrics", "/livez/ping",
        "/apis/authentication.k8s.io/v1/selfsubjectreviews", "/nightlatch-bait"}) {
    EXPECT_EQ(expected(all, path), Codes{401}) << path;
  }
}

TEST(Questions, AnAdministratorGetsReadinessAndVersionInEveryState) {
  for (ExposureState state : {ExposureState::open, ExposureState::restricted, ExposureState::closed,
                              ExposureState::will_not_start, ExposureState::unknown}) {
    auto all = questions({state, {}, ""});
    EXPECT_EQ(expected(all, "/readyz", Credentials::admin), Codes{200});
    EXPECT_EQ(expected(all, "/version", Credentials::admin), Codes{200});
  }
}

TEST(Questions, WhatIsInTheProfileIsNotExpectedClosed) {
  const std::string cluster_info = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
  auto all = questions(
      restricted({cluster_info, "/healthz", "/livez", "/metrics", "/my-app", "/readyz", "/version"}));
  EXPECT_EQ(expected(all, "/metrics"), (Codes{200, 403}));
  EXPECT_EQ(expected(all, "/my-app"), (Codes{200, 403}));
  EXPECT_EQ(expected(all, "/version"), Codes{200});
  EXPECT_EQ(expected(all, cluster_info), (Codes{200, 403, 404}));
  EXPECT_EQ(expected(all, "/api"), Codes{401});
}

TEST(Questions, AHealthPathOutsideTheProfileIsExpectedClosed) {
  auto all = questions(restricted({"/livez"}));
  EXPECT_EQ(expected(all, "/livez"), Codes{200});
  EXPECT_EQ(expected(all, "/readyz"), Codes{401});
}

TEST(Questions, ClosedIsClosedEverywhere) {
  for (const Expectation& question : questions({ExposureState::closed, {}, ""})) {
    if (question.credentials == Credentials::none) {
      EXPECT_EQ(question.expected, Codes{401}) << question.path;
    }
  }
}

TEST(Questions, OpenNeverExpectsA401) {
  auto all = questions({ExposureState::open, {}, ""});
  for (const Expectation& question : all) {
    EXPECT_FALSE(question.expected.empty());
    EXPECT_THAT(question.expected, ::testing::Not(::testing::Contains(401))) << question.path;
  }
  EXPECT_EQ(expected(all, "/livez"), Codes{200});
  EXPECT_EQ(expected(all, "/api"), (Codes{403, 200}));
}

TEST(Questions, OfAnUnknownStateNothingIsExpectedWithoutCredentials) {
  for (const Expectation& question : questions({ExposureState::unknown, {}, ""})) {
    if (question.credentials == Credentials::none) {
      EXPECT_TRUE(question.expected.empty()) << question.path;
    }
  }
}

TEST(Questions, S23AskingDoesNoHarm) {
  for (ExposureState state : {ExposureState::open, ExposureState::restricted, ExposureState::closed}) {
    for (const Expectation& question : questions({state, {}, ""})) {
      if (question.method == "POST") {
        EXPECT_TRUE(question.path.ends_with("/selfsubjectreviews"));
      } else {
        EXPECT_EQ(question.method, "GET");
      }
      for (const char* list : {"/pods", "/secrets"}) {
        if (question.path.find(list) != std::string::npos) {
          EXPECT_TRUE(question.path.ends_with("?limit=1"));
        }
      }
    }
  }
}

TEST(Questions, NoQuestionIsAskedTwice) {
  for (const Exposure& exposure :
       {restricted(health), restricted({"/livez", "/metrics", "/version"}),
        Exposure{ExposureState::open, {}, ""}, Exposure{ExposureState::closed, {}, ""}}) {
    std::set<std::string> seen;
    for (const Expectation& question : questions(exposure)) {
      std::string key =
          question.method + question.path + (question.credentials == Credentials::none ? "-" : "+");
      EXPECT_TRUE(seen.insert(key).second) << key;
    }
  }
}

}  // namespace
}  // namespace nightlatch::verify
