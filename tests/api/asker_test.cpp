#include "api/asker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/credential_source.hpp"
#include "api/errors.hpp"
#include "api/self_review.hpp"
#include "api/socket_tunnel.hpp"
#include "api/tls_server.hpp"

namespace nightlatch::api {
namespace {

using facts::Expectation;
using facts::Purpose;
using ::testing::HasSubstr;

constexpr ErrorCode forwarding_forbidden{1299, Exit::refused, "test", "test"};

Expectation anonymous(const std::string& path, Purpose purpose = Purpose::must_be_closed) {
  return {"GET", path, facts::Credentials::none, purpose, {401}};
}
Expectation admin(const std::string& path) {
  return {"GET", path, facts::Credentials::admin, Purpose::ready, {200}};
}

class AskerTest : public ::testing::Test {
 protected:
  AskerTarget target() {
    AskerTarget out;
    out.node = "cp1";
    out.host = "127.0.0.1";
    out.port = server_.port();
    out.ca = ca_.pem();
    out.credentials.token = "t";
    out.user_agent = "nightlatch/test run/r";
    return out;
  }
  Dialer tunnels() {
    return [this](const std::string&, std::uint16_t) -> Result<std::unique_ptr<Tunnel>> {
      ++dials_;
      if (api_down_) return fail(forwarding_forbidden, "connection refused by 127.0.0.1:6443");
      return std::make_unique<test::SocketTunnel>(server_.port());
    };
  }
  Dialer forbidden() {
    return [this](const std::string&, std::uint16_t) -> Result<std::unique_ptr<Tunnel>> {
      ++dials_;
      return fail(forwarding_forbidden, "administratively prohibited");
    };
  }
  NodeCurl curl(const Result<int>& result) {
    return [this, result](const std::string& method, const std::string& url, std::chrono::milliseconds) {
      curled_.push_back(method + " " + url);
      return result;
    };
  }

  int status_ = 401;
  std::string body_ = "{}";
  bool api_down_ = false;
  int dials_ = 0;
  std::vector<std::string> curled_;
  test::TestCa ca_{"cluster"};
  test::TestCa other_ca_{"other"};
  test::Identity identity_ = ca_.issue("kube-apiserver", "IP:127.0.0.1");
  test::TlsServer server_{
      identity_, {}, [this](const test::Heard&) { return test::Reply{status_, body_, false}; }};
};

TEST_F(AskerTest, WithoutADialerTheWorkstationAsks) {
  Asker asker(target());
  facts::Seen seen = asker.ask(anonymous("/version"));
  EXPECT_EQ(seen.status, 401);
  EXPECT_EQ(seen.asked_from, "this workstation");
  EXPECT_EQ(seen.why, "");
  EXPECT_TRUE(seen.as_expected());
  EXPECT_EQ(asker.certificate_sha256(), identity_.sha256);
  EXPECT_THAT(server_.heard().at(0).head, ::testing::Not(HasSubstr("Authorization")));
}

TEST_F(AskerTest, ThroughSshIsThePlaceWhenThereIsATunnel) {  // S16
  AskerTarget through = target();
  through.dialer = tunnels();
  through.node_curl = curl(200);
  Asker asker(through);
  EXPECT_EQ(asker.ask(anonymous("/version")).asked_from, "cp1 through SSH");
  status_ = 200;
  facts::Seen seen = asker.ask(admin("/readyz"));
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(seen.asked_from, "cp1 through SSH");
  EXPECT_THAT(server_.heard().at(1).head, HasSubstr("Authorization: Bearer t"));
  EXPECT_TRUE(curled_.empty());
}

TEST_F(AskerTest, WhereForwardingIsForbiddenCurlOnTheNodeAsks) {
  AskerTarget through = target();
  through.dialer = forbidden();
  through.node_curl = curl(401);
  Asker asker(through);
  facts::Seen seen = asker.ask(anonymous("/version"));
  EXPECT_EQ(seen.status, 401);
  EXPECT_EQ(seen.asked_from, "curl on cp1");
  EXPECT_EQ(curled_,
            std::vector<std::string>{"GET https://127.0.0.1:" + std::to_string(server_.port()) + "/version"});
  static_cast<void>(asker.ask(anonymous("/api")));
  EXPECT_EQ(dials_, 1) << "the way that answered is kept";
}

TEST_F(AskerTest, CredentialsNeverGoToCurlOnTheNode) {
  AskerTarget through = target();
  through.dialer = forbidden();
  through.node_curl = curl(200);
  Asker asker(through);
  facts::Seen seen = asker.ask(admin("/readyz"));
  EXPECT_EQ(seen.status, 0);
  EXPECT_TRUE(curled_.empty());
  EXPECT_TRUE(server_.heard().empty());
}

TEST_F(AskerTest, ALoopbackAddressOfANodeIsNeverAskedFromHere) {
  AskerTarget through = target();
  through.dialer = forbidden();
  Asker asker(through);
  facts::Seen seen = asker.ask(anonymous("/version"));
  EXPECT_EQ(seen.status, 0);
  EXPECT_EQ(seen.asked_from, "cp1 through SSH");
  EXPECT_THAT(seen.why, HasSubstr("administratively prohibited"));
  EXPECT_TRUE(server_.heard().empty());
}

TEST_F(AskerTest, TheWorkstationIsTheLastWay) {
  AskerTarget through = target();
  through.host = "0.0.0.0";  // reaches this machine without being a loopback address
  through.tls_name = "127.0.0.1";
  through.dialer = forbidden();
  through.node_curl = curl(fail(forwarding_forbidden, "curl: not found"));
  Asker asker(through);
  facts::Seen seen = asker.ask(anonymous("/version"));
  EXPECT_EQ(seen.status, 401) << seen.why;
  EXPECT_EQ(seen.asked_from, "this workstation");
}

TEST_F(AskerTest, EveryWayThatFailedIsNamed) {
  AskerTarget through = target();
  through.host = "0.0.0.0";
  through.port = 1;
  through.dialer = forbidden();
  through.node_curl = curl(0);
  Asker asker(through);
  facts::Seen seen = asker.ask(anonymous("/version"));
  EXPECT_EQ(seen.status, 0);
  EXPECT_FALSE(seen.as_expected());
  EXPECT_THAT(seen.why, HasSubstr("administratively prohibited"));
  EXPECT_THAT(seen.why, HasSubstr("curl on cp1: 0.0.0.0:1: curl on the node got no HTTP answer"));
  EXPECT_THAT(seen.why, HasSubstr("this workstation: 0.0.0.0:1: the connection was refused"));
}

TEST_F(AskerTest, ATunnelThatOnceStoodIsNotReplacedWhenTheApiServerIsDown) {
  AskerTarget through = target();
  through.dialer = tunnels();
  through.node_curl = curl(200);
  Asker asker(through);
  EXPECT_EQ(asker.ask(anonymous("/version")).status, 401);
  api_down_ = true;
  for (const Expectation& expectation : {anonymous("/version"), admin("/readyz")}) {
    facts::Seen seen = asker.ask(expectation);
    EXPECT_EQ(seen.status, 0);
    EXPECT_THAT(seen.why, HasSubstr("connection refused by"));
  }
  EXPECT_TRUE(curled_.empty());
  api_down_ = false;
  EXPECT_EQ(asker.ask(anonymous("/version")).status, 401);
}

TEST_F(AskerTest, AnotherClustersServerProvesNothingButAProbeAsksItLikeTheKubelet) {
  AskerTarget wrong = target();
  wrong.ca = other_ca_.pem();
  Asker asker(wrong);
  facts::Seen seen = asker.ask(anonymous("/version"));
  EXPECT_EQ(seen.status, 0);
  EXPECT_THAT(seen.why, HasSubstr("was not issued by the CA"));
  EXPECT_EQ(asker.ask(admin("/readyz")).status, 0);
  EXPECT_TRUE(server_.heard().empty());
  EXPECT_EQ(asker.ask(anonymous("/livez", Purpose::kubelet_probe)).status, 401);
}

TEST_F(AskerTest, WithoutCredentialsAnAdminsQuestionIsNotAskedAnonymously) {
  AskerTarget none = target();
  none.credentials = {};
  Asker asker(none);
  facts::Seen seen = asker.ask(admin("/readyz"));
  EXPECT_EQ(seen.status, 0);
  EXPECT_THAT(seen.why, HasSubstr("no credentials"));
  EXPECT_TRUE(server_.heard().empty());
}

TEST_F(AskerTest, OnlySelfReviewsArePosted) {  // S23
  Asker asker(target());
  Expectation review{"POST",
                     "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                     facts::Credentials::none,
                     Purpose::must_be_closed,
                     {401}};
  EXPECT_EQ(asker.ask(review).status, 401);
  EXPECT_THAT(server_.heard().at(0).body, HasSubstr("SelfSubjectReview"));
  for (const char* method : {"POST", "DELETE", "PUT", "PATCH"}) {
    facts::Seen seen =
        asker.ask({method, "/api/v1/namespaces", facts::Credentials::none, Purpose::must_be_closed, {401}});
    EXPECT_EQ(seen.status, 0);
    EXPECT_FALSE(seen.as_expected());
  }
  EXPECT_EQ(server_.heard().size(), 1U);
}

TEST_F(AskerTest, ASlowServerIsUnknownInTime) {
  test::TlsServer silent(identity_, {}, [](const test::Heard&) { return test::Reply{200, {}, true}; });
  AskerTarget slow = target();
  slow.port = silent.port();
  slow.timeout = std::chrono::milliseconds(150);
  Asker asker(slow);
  facts::Seen seen = asker.ask(anonymous("/version"));
  EXPECT_EQ(seen.status, 0);
  EXPECT_THAT(seen.why, HasSubstr("no answer within 150 ms"));
}

TEST_F(AskerTest, TheLoadedConfigurationAndTheRejectedRequestsComeFromMetrics) {
  std::string hash = "sha256:" + std::string(64, 'c');
  test::TlsServer metrics(identity_, {}, [&](const test::Heard& heard) {
    bool allowed =
        heard.head.find("Authorization: Bearer t\r\n") != std::string::npos && heard.target == "/metrics";
    std::string text = std::string(100'000, '#') +
                       "\napiserver_authentication_config_controller_last_config_info{hash=\"" + hash +
                       "\"} 1\napiserver_request_terminations_total{code=\"429\"} 7\n"
                       "process_start_time_seconds 1.7e+09\n";
    return allowed ? test::Reply{200, text, false} : test::Reply{403, {}, false};
  });
  AskerTarget through = target();
  through.port = metrics.port();
  auto loaded = Asker(through).loaded_config_hash();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(*loaded, hash);
  facts::Seen seen = Asker(through).ask(admin("/metrics"));
  EXPECT_EQ(seen.loaded_config, hash);
  EXPECT_EQ(seen.rejected, (facts::Rejected{7, "1.7e+09"}));
  EXPECT_EQ(seen.certificate, identity_.sha256);
  through.credentials.token = "other";
  auto denied = Asker(through).loaded_config_hash();
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code.number, api_errors::denied.number);
}

TEST_F(AskerTest, ALoginThatIsRefusedIsRenewedAndAskedAgain) {
  test::TlsServer strict(identity_, {}, [&](const test::Heard& heard) {
    bool allowed = heard.head.find("Authorization: Bearer new\r\n") != std::string::npos;
    return test::Reply{allowed ? 200 : 401, "{}", false};
  });
  AskerTarget wanted = target();
  wanted.port = strict.port();
  Credentials fresh;
  std::string failure = "the session has ended";
  wanted.renewal = std::make_shared<CredentialSource>(wanted.credentials, [&]() -> Result<Credentials> {
    if (!failure.empty()) return fail(api_errors::exec_plugin_failed, failure);
    return fresh;
  });
  facts::Seen refused = Asker(wanted).ask(admin("/readyz"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.why, "the session has ended");
  EXPECT_EQ(Asker(wanted).ask(anonymous("/version")).why, "") << "nobody's login";

  failure.clear();
  fresh.token = "new";
  wanted.renewal =
      std::make_shared<CredentialSource>(wanted.credentials, [&]() -> Result<Credentials> { return fresh; });
  Asker asker(wanted);
  EXPECT_EQ(asker.ask(admin("/readyz")).status, 200);
  EXPECT_EQ(asker.ask(admin("/readyz")).status, 200);
  EXPECT_EQ(strict.heard().size(), 5U) << "refused; anonymous; refused, renewed; renewed";
}

// S18: the token is read for each question, and who it is comes back in one line.
TEST_F(AskerTest, ALoginIsAskedWithItsOwnToken) {
  status_ = 201;
  body_ = R"({"status":{"userInfo":{"username":"ana","groups":["ops","dev"]}}})";
  AskerTarget wanted = target();
  std::string token = "first";
  wanted.login_token = [&]() -> Result<std::string> { return token; };
  Asker asker(wanted);
  Expectation who{"POST", std::string(self_review_path), facts::Credentials::login, Purpose::identity, {201}};
  EXPECT_EQ(asker.ask(who).identity, "ana [dev ops]");
  token = "renewed";
  EXPECT_EQ(asker.ask(who).status, 201);
  EXPECT_THAT(server_.heard().at(0).head, HasSubstr("Authorization: Bearer first\r\n"));
  EXPECT_THAT(server_.heard().at(1).head, HasSubstr("Authorization: Bearer renewed\r\n"));
  token.clear();
  facts::Seen nobody = asker.ask(who);
  EXPECT_EQ(nobody.status, 0);
  EXPECT_EQ(nobody.why, "the file with the token is empty or was not given");
}

TEST(SelfReview, WhatIsNoReviewIsNobody) {
  EXPECT_EQ(identity_of(""), "");
  EXPECT_EQ(identity_of(R"({"status":{"userInfo":{"groups":[]}}})"), "");
  EXPECT_EQ(identity_of(R"({"status":{"userInfo":{"username":"ana"}}})"), "ana []");
}

}  // namespace
}  // namespace nightlatch::api
