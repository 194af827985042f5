#include "api/lists.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/access_review.hpp"
#include "api/errors.hpp"
#include "api/fake_api.hpp"

namespace nightlatch::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Server : public test::FakeApi {
 public:
  Server() : FakeApi([this](const test::Heard& heard) { return answer(heard); }) {}

  std::vector<test::Reply> replies;  // one for each request

  [[nodiscard]] std::vector<std::string> targets() const {
    std::vector<std::string> all;
    for (const test::Heard& one : heard()) all.push_back(one.method + " " + one.target);
    return all;
  }

 private:
  test::Reply answer(const test::Heard&) {
    if (next_ == replies.size()) return {404, "{}", false};
    return replies[next_++];
  }
  std::size_t next_ = 0;
};

std::string page(const std::string& token) {
  return R"({"items":[{"metadata":{"continue":"not this"}}],"metadata":{"continue":")" + token + "\"}}";
}

TEST(Lists, FollowsTheTokenFromPageToPage) {
  Server server;
  server.replies = {{200, page("a/b=="), false}, {200, page(""), false}};
  auto pages = read_list(server.kubeconfig(), "/apis/x", "t");
  ASSERT_TRUE(pages) << pages.error().message;
  EXPECT_THAT(*pages, ElementsAre(page("a/b=="), page("")));
  EXPECT_THAT(server.targets(),
              ElementsAre("GET /apis/x?limit=500", "GET /apis/x?limit=500&continue=a%2Fb%3D%3D"));
}

TEST(Lists, BeginsAgainOnceWhereTheTokenIsTooOld) {
  Server server;
  server.replies = {{200, page("a"), false}, {410, "{}", false}, {200, page("b"), false}, {200, "{}", false}};
  auto pages = read_list(server.kubeconfig(), "/apis/x", "t");
  ASSERT_TRUE(pages);
  EXPECT_THAT(*pages, ElementsAre(page("b"), "{}"));
  Server twice;
  twice.replies = {{200, page("a"), false}, {410, "{}", false}, {200, page("b"), false}, {410, "{}", false}};
  EXPECT_EQ(read_list(twice.kubeconfig(), "/apis/x", "t").error().code.number,
            api_errors::answer_unexpected.number);
}

TEST(Lists, SaysWhatKeptThemFromBeingRead) {
  Server server;
  server.replies = {{403, R"({"message":"roles is forbidden"})", false}};
  auto pages = read_list(server.kubeconfig(), "/apis/x", "t");
  ASSERT_FALSE(pages);
  EXPECT_EQ(pages.error().code.number, api_errors::denied.number);
  EXPECT_EQ(pages.error().message, "GET /apis/x was answered with 403 for the context \"admin\"");
  EXPECT_THAT(pages.error().details, ElementsAre("roles is forbidden"));
  Server other;
  other.replies = {{200, "<html>", false}};
  EXPECT_EQ(read_list(other.kubeconfig(), "/apis/x", "t").error().message,
            "GET /apis/x: the answer is not a JSON object");
}

TEST(AccessReview, AsksAndReadsTheAnswer) {
  Server server;
  server.replies = {{201, R"({"status":{"allowed":true,"reason":"RBAC: allowed by x"}})", false},
                    {201, R"({"status":{"allowed":false}})", false},
                    {201, "{}", false}};
  AccessQuestion question{.user = "ana", .groups = {"dev"}, .verb = "get", .path = "/metrics"};
  auto answer = review_access(server.kubeconfig(), question, "t");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->allowed);
  EXPECT_EQ(answer->reason, "RBAC: allowed by x");
  EXPECT_EQ(server.heard()[0].target, "/apis/authorization.k8s.io/v1/subjectaccessreviews");
  EXPECT_THAT(server.heard()[0].body,
              HasSubstr(R"("nonResourceAttributes":{"path":"/metrics","verb":"get"})"));
  EXPECT_THAT(server.heard()[0].body, HasSubstr(R"("groups":["dev"])"));
  question.path.clear();
  question.resource = "pods";
  answer = review_access(server.kubeconfig(), question, "t");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->allowed);
  EXPECT_THAT(server.heard()[1].body, HasSubstr(R"("resource":"pods")"));
  EXPECT_EQ(review_access(server.kubeconfig(), question, "t").error().code.number,
            api_errors::answer_unexpected.number);
}

TEST(AccessReview, WithoutAUserItIsAboutTheCredentialsThemselves) {
  Server server;
  server.replies = {{201, R"({"status":{"allowed":true}})", false}};
  auto answer = review_access(server.kubeconfig(), {.verb = "get", .path = "/metrics"}, "t");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(server.heard()[0].target, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
  EXPECT_THAT(server.heard()[0].body, HasSubstr(R"("kind":"SelfSubjectAccessReview")"));
  EXPECT_THAT(server.heard()[0].body, testing::Not(HasSubstr("\"user\"")));
}

TEST(AccessReview, SaysWhoseTheCredentialsAre) {
  Server server;
  server.replies = {{201, R"({"status":{"userInfo":{"username":"ana","groups":["ops","dev"]}}})", false},
                    {401, R"({"message":"Unauthorized"})", false}};
  auto identity = review_self(server.kubeconfig(), "t");
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(*identity, "ana [dev ops]");
  EXPECT_EQ(review_self(server.kubeconfig(), "t").error().code.number, api_errors::denied.number);
}

}  // namespace
}  // namespace nightlatch::api
