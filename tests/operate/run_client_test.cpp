// The run's own client with its thread, on an endpoint in memory.
#include "operate/run_client.hpp"

#include <atomic>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch::operate {
namespace {

using namespace std::chrono_literals;

class ScriptedEndpoint final : public cluster::ApiServer {
 public:
  std::function<int(int)> status = [](int) { return 200; };  // by the number of the request, from 1
  std::atomic<int> asked{0};
  std::atomic<bool> with_credentials{true};

  facts::Seen ask(const facts::Expectation& question) override {
    if (question.credentials != facts::Credentials::admin || question.method != "GET")
      with_credentials = false;
    facts::Seen seen;
    seen.question = question;
    seen.status = status(++asked);
    seen.took = 7ms;
    if (seen.status == 0) seen.why = "connection refused";
    return seen;
  }
  Result<std::optional<std::string>> loaded_config_hash() override { return std::optional<std::string>(); }
  std::string address() const override { return "k8s.example:6443"; }
};

void wait_for(const ScriptedEndpoint& endpoint, int requests) {
  for (int i = 0; i < 5000 && endpoint.asked < requests; ++i) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(20ms);  // until it is noted
}

TEST(RunClient, AsksAFewTimesASecondWithCredentials) {
  auto endpoint = std::make_shared<ScriptedEndpoint>();
  auto client = ask_all_the_time(endpoint);
  std::this_thread::sleep_for(1100ms);
  facts::ClientSight sight = client->hear();
  EXPECT_GE(sight.requests, 3U);
  EXPECT_LE(sight.requests, 5U) << "four a second";
  EXPECT_EQ(sight.failed, 0U);
  EXPECT_EQ(sight.usual_ms, 7);
  EXPECT_EQ(sight.slowest_ms, 7);
  EXPECT_GE(sight.until_ms - sight.from_ms, 1000);
  EXPECT_TRUE(endpoint->with_credentials);
  facts::ClientSight next = client->hear();
  EXPECT_EQ(next.requests, 0U) << "what was heard is not heard again";
  EXPECT_EQ(next.from_ms, sight.until_ms);
}

TEST(RunClient, AnOutageIsFromTheFirstFailureToTheNextGoodAnswer) {
  auto endpoint = std::make_shared<ScriptedEndpoint>();
  endpoint->status = [](int number) { return number == 2 || number == 3 ? 0 : 200; };
  auto client = ask_all_the_time(endpoint);
  wait_for(*endpoint, 5);
  facts::ClientSight sight = client->hear();
  EXPECT_EQ(sight.failed, 2U);
  ASSERT_EQ(sight.outages.size(), 1U);
  EXPECT_EQ(sight.outages[0].requests, 2U);
  EXPECT_EQ(sight.outages[0].why, "connection refused");
  EXPECT_GE(sight.outages[0].ended_ms - sight.outages[0].began_ms, 450);
}

TEST(RunClient, AnOutageThatIsNotOverIsToldAgainWithTheSameBeginning) {
  auto endpoint = std::make_shared<ScriptedEndpoint>();
  endpoint->status = [](int number) { return number == 1 ? 200 : 503; };
  auto client = ask_all_the_time(endpoint);
  wait_for(*endpoint, 3);
  facts::ClientSight first = client->hear();
  wait_for(*endpoint, 5);
  facts::ClientSight second = client->hear();
  ASSERT_EQ(first.outages.size(), 1U);
  ASSERT_EQ(second.outages.size(), 1U);
  EXPECT_EQ(first.outages[0].why, "answered with 503");
  EXPECT_EQ(second.outages[0].began_ms, first.outages[0].began_ms);
  EXPECT_GT(second.outages[0].requests, first.outages[0].requests);
}

TEST(RunClient, ASlowEndpointIsNotAskedMoreThanOnceAtATimeAndHearingDoesNotWaitForIt) {
  auto endpoint = std::make_shared<ScriptedEndpoint>();
  std::atomic<bool> goes_on{false};
  endpoint->status = [&](int) {
    for (int i = 0; i < 5000 && !goes_on; ++i) std::this_thread::sleep_for(1ms);
    return 200;
  };
  auto client = ask_all_the_time(endpoint);
  for (int i = 0; i < 5000 && endpoint->asked == 0; ++i) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(600ms);
  auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(client->hear().requests, 0U);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 200ms);
  EXPECT_EQ(endpoint->asked, 1);
  goes_on = true;
}

}  // namespace
}  // namespace nightlatch::operate
