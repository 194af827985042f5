#include "api/http.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/errors.hpp"
#include "api/server_address.hpp"
#include "api/socket_tunnel.hpp"
#include "api/tls_server.hpp"
#include "util/environment.hpp"

namespace nightlatch::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Http : public ::testing::Test {
 protected:
  static test::Reply echo(const test::Heard&) { return {200, "ok", false}; }

  Question question(const test::TlsServer& server) const {
    Question out;
    out.host = "127.0.0.1";
    out.port = server.port();
    out.path = "/livez";
    out.user_agent = "nightlatch/test run/none";
    return out;
  }

  test::TestCa ca_{"cluster"};
  test::TestCa client_ca_{"clients"};
  test::TestCa other_ca_{"other"};
  test::Identity identity_ = ca_.issue("kube-apiserver", "IP:127.0.0.1,DNS:k8s.example");
};

TEST_F(Http, StatusBodyAndCertificateAreTheServers) {
  test::TlsServer server(identity_, {},
                         [](const test::Heard&) { return test::Reply{401, "Unauthorized", false}; });
  auto answer = ask(question(server), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(answer->body, "Unauthorized");
  EXPECT_FALSE(answer->truncated);
  EXPECT_EQ(answer->certificate_sha256, identity_.sha256);
}

TEST_F(Http, NoProxyOfTheEnvironmentIsUsed) {
  test::TlsServer server(identity_, {}, echo);
  ScopedVariable https("https_proxy", "http://127.0.0.1:9");
  ScopedVariable loud("HTTPS_PROXY", "http://127.0.0.1:9");
  ScopedVariable all("ALL_PROXY", "http://127.0.0.1:9");
  auto answer = ask(question(server), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
}

TEST_F(Http, AnAnonymousQuestionCarriesNoCredentials) {
  test::TlsServer server(identity_, client_ca_.pem(), echo);
  ASSERT_TRUE(ask(question(server), {}));
  auto heard = server.heard().at(0);
  EXPECT_EQ(heard.method, "GET");
  EXPECT_EQ(heard.target, "/livez");
  EXPECT_EQ(heard.client, "");
  EXPECT_THAT(heard.head, Not(HasSubstr("Authorization")));
  EXPECT_THAT(heard.head, HasSubstr("User-Agent: nightlatch/test run/none\r\n"));
}

TEST_F(Http, ClientCertificateAndTokenReachAVerifiedServer) {
  test::TlsServer server(identity_, client_ca_.pem(), echo);
  test::Identity admin = client_ca_.issue("admin");
  Credentials credentials{admin.certificate, admin.key, "s3cret"};
  Question asked = question(server);
  asked.ca = ca_.pem();
  asked.credentials = &credentials;
  auto answer = ask(asked, {});
  ASSERT_TRUE(answer) << answer.error().message;
  auto heard = server.heard().at(0);
  EXPECT_EQ(heard.client, "admin");
  EXPECT_THAT(heard.head, HasSubstr("Authorization: Bearer s3cret\r\n"));
}

TEST_F(Http, CredentialsAreNotSentWithoutACa) {
  test::TlsServer server(identity_, {}, echo);
  Credentials credentials{{}, {}, "s3cret"};
  Question asked = question(server);
  asked.credentials = &credentials;
  auto answer = ask(asked, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.number, api_errors::credentials_unverified.number);
  EXPECT_TRUE(server.heard().empty());
}

TEST_F(Http, CredentialsAreNotSentToAServerOfAnotherCa) {
  test::TlsServer server(identity_, client_ca_.pem(), echo);
  Credentials credentials{{}, {}, "s3cret"};
  Question asked = question(server);
  asked.ca = other_ca_.pem();
  asked.credentials = &credentials;
  auto answer = ask(asked, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.number, api_errors::untrusted.number);
  EXPECT_EQ(answer.error().code.exit, Exit::refused);
  EXPECT_TRUE(server.heard().empty());
}

TEST_F(Http, ACertificateForAnotherNameIsRefused) {
  test::TlsServer server(ca_.issue("kube-apiserver", "DNS:elsewhere"), {}, echo);
  Question asked = question(server);
  asked.ca = ca_.pem();
  auto answer = ask(asked, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.number, api_errors::untrusted.number);
}

TEST_F(Http, TheTlsNameIsVerifiedInsteadOfTheDialledHost) {
  test::TlsServer server(ca_.issue("kube-apiserver", "DNS:k8s.example"), {}, echo);
  Question asked = question(server);
  asked.ca = ca_.pem();
  asked.tls_name = "k8s.example";
  auto answer = ask(asked, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(server.heard().at(0).head, HasSubstr("Host: k8s.example"));
}

TEST_F(Http, ACaThatIsNoPemIsRefused) {
  test::TlsServer server(identity_, {}, echo);
  Question asked = question(server);
  asked.ca = "-----BEGIN CERTIFICATE-----\nnot base64\n-----END CERTIFICATE-----\n";
  auto answer = ask(asked, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.number, api_errors::untrusted.number);
}

TEST_F(Http, AKeyThatIsNotTheCertificatesIsAnErrorWithoutTheKey) {
  test::TlsServer server(identity_, client_ca_.pem(), echo);
  test::Identity admin = client_ca_.issue("admin");
  Credentials credentials{admin.certificate, client_ca_.issue("other").key, {}};
  Question asked = question(server);
  asked.ca = ca_.pem();
  asked.credentials = &credentials;
  auto answer = ask(asked, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.number, api_errors::credentials_unusable.number);
  EXPECT_THAT(answer.error().message, Not(HasSubstr("PRIVATE")));
}

TEST_F(Http, ASilentServerIsATimeout) {
  test::TlsServer server(identity_, {}, [](const test::Heard&) { return test::Reply{200, {}, true}; });
  Question asked = question(server);
  asked.timeout = std::chrono::milliseconds(200);
  auto start = std::chrono::steady_clock::now();
  auto answer = ask(asked, {});
  auto took = std::chrono::steady_clock::now() - start;
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.number, api_errors::unreachable.number);
  EXPECT_THAT(answer.error().message, HasSubstr("no answer within 200 ms"));
  EXPECT_GE(took, std::chrono::milliseconds(190));
  EXPECT_LT(took, std::chrono::seconds(3));
}

TEST_F(Http, ARefusedConnectionIsUnreachable) {
  std::uint16_t port = 0;
  {
    test::TlsServer gone(identity_, {}, echo);
    port = gone.port();
  }
  Question asked;
  asked.host = "127.0.0.1";
  asked.port = port;
  asked.path = "/livez";
  auto answer = ask(asked, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.number, api_errors::unreachable.number);
  EXPECT_EQ(answer.error().code.exit, Exit::coverage);
  EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1:"));
}

TEST_F(Http, ABodyOverTheLimitIsCutAndTheStatusKept) {
  test::TlsServer server(
      identity_, {}, [](const test::Heard&) { return test::Reply{200, std::string(1U << 20U, 'x'), false}; });
  Question asked = question(server);
  asked.body_limit = 1000;
  auto answer = ask(asked, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body.size(), 1000U);
  EXPECT_TRUE(answer->truncated);
}

TEST_F(Http, ABodyOfExactlyTheLimitIsWhole) {
  test::TlsServer server(identity_, {},
                         [](const test::Heard&) { return test::Reply{200, std::string(1000, 'x'), false}; });
  Question asked = question(server);
  asked.body_limit = 1000;
  auto answer = ask(asked, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 1000U);
  EXPECT_FALSE(answer->truncated);
}

// gzip of "metric 1\n", thirty times
constexpr std::string_view gzipped{
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x4d\x2d\x29\xca\x4c\x56\x30"
    "\xe4\xca\x1d\x65\x18\x72\x01\x00\x3e\x29\xd2\xb5\x0e\x01\x00\x00",
    34};

TEST_F(Http, ABodyThatMayBeCompressedIsUnpackedUpToTheLimit) {
  test::TlsServer server(identity_, {}, [](const test::Heard& heard) {
    bool accepts = heard.head.find("Accept-Encoding: gzip\r\n") != std::string::npos;
    return accepts ? test::Reply{200, std::string(gzipped), false, "Content-Encoding: gzip"}
                   : test::Reply{200, "plain", false};
  });
  Question asked = question(server);
  EXPECT_EQ(ask(asked, {})->body, "plain");
  asked.compressible = true;
  auto answer = ask(asked, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body.size(), 270U);
  EXPECT_TRUE(answer->body.starts_with("metric 1\nmetric 1\n"));
  asked.body_limit = 100;  // whatever it unpacks to
  answer = ask(asked, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body.size(), 100U);
  EXPECT_TRUE(answer->truncated);
}

TEST_F(Http, APostSendsItsBodyAsJson) {
  test::TlsServer server(identity_, {}, [](const test::Heard&) { return test::Reply{201, "{}", false}; });
  Question asked = question(server);
  asked.method = "POST";
  asked.path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  asked.body = "{\"kind\":\"SelfSubjectReview\"}";
  auto answer = ask(asked, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  auto heard = server.heard().at(0);
  EXPECT_EQ(heard.method, "POST");
  EXPECT_EQ(heard.body, asked.body);
  EXPECT_THAT(heard.head, HasSubstr("Content-Type: application/json"));
}

TEST_F(Http, PathsAreSentAsTheyAre) {
  test::TlsServer server(identity_, {}, echo);
  for (const char* path : {"/livez/", "//livez", "/a/../livez", "/%6civez", "/api/v1/pods?limit=1"}) {
    Question asked = question(server);
    asked.path = path;
    ASSERT_TRUE(ask(asked, {}));
    EXPECT_EQ(server.heard().back().target, path);
  }
}

TEST_F(Http, BytesThatCannotStandInARequestLineAreEncoded) {
  test::TlsServer server(identity_, {}, echo);
  Question asked = question(server);
  asked.path = "/a b#c\r\nX-Evil: 1";
  ASSERT_TRUE(ask(asked, {}));
  EXPECT_EQ(server.heard().at(0).target, "/a%20b%23c%0D%0AX-Evil:%201");
  EXPECT_THAT(server.heard().at(0).head, Not(HasSubstr("\nX-Evil")));
}

TEST_F(Http, ProxiesOfTheEnvironmentAreIgnored) {
  test::TlsServer server(identity_, {}, echo);
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  auto answer = ask(question(server), {});
  ::unsetenv("https_proxy");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
}

TEST_F(Http, EveryQuestionIsANewConnection) {
  test::TlsServer server(identity_, {}, echo);
  ASSERT_TRUE(ask(question(server), {}));
  ASSERT_TRUE(ask(question(server), {}));  // the server closes after each answer; a kept one would fail
  EXPECT_EQ(server.heard().size(), 2U);
}

Dialer dialer_to(std::uint16_t port, std::string* dialled = nullptr) {
  return [port, dialled](const std::string& host, std::uint16_t asked) -> Result<std::unique_ptr<Tunnel>> {
    if (dialled != nullptr) *dialled = ServerAddress{host, asked}.text();
    return std::make_unique<test::SocketTunnel>(port);
  };
}

TEST_F(Http, ATunnelCarriesTheQuestionToANameOnlyTheNodeKnows) {
  test::TlsServer server(ca_.issue("kube-apiserver", "DNS:cp1.internal"), client_ca_.pem(), echo);
  test::Identity admin = client_ca_.issue("admin");
  Credentials credentials{admin.certificate, admin.key, {}};
  Question asked;
  asked.host = "cp1.internal";
  asked.port = 6443;
  asked.path = "/readyz";
  asked.ca = ca_.pem();
  asked.credentials = &credentials;
  std::string dialled;
  auto answer = ask(asked, dialer_to(server.port(), &dialled));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(dialled, "cp1.internal:6443");
  EXPECT_EQ(server.heard().at(0).client, "admin");
}

TEST_F(Http, ATunnelCarriesABigBody) {
  std::string body(300'000, 'y');
  test::TlsServer server(identity_, {}, [&](const test::Heard&) { return test::Reply{200, body, false}; });
  auto answer = ask(question(server), dialer_to(server.port()));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, body);
}

TEST_F(Http, ASilentServerBehindATunnelIsATimeout) {
  test::TlsServer server(identity_, {}, [](const test::Heard&) { return test::Reply{200, {}, true}; });
  Question asked = question(server);
  asked.timeout = std::chrono::milliseconds(300);
  auto answer = ask(asked, dialer_to(server.port()));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("no answer within 300 ms"));
}

TEST_F(Http, ATunnelThatClosesAtOnceIsNoAnswer) {
  Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::thread closer([&] { Fd connection(::accept(listener.get(), nullptr, nullptr)); });
  Question asked;
  asked.host = "127.0.0.1";
  asked.path = "/livez";
  auto answer = ask(asked, dialer_to(ntohs(address.sin_port)));
  closer.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code.number, api_errors::unreachable.number);
}

TEST(ServerAddress, HostsPortsAndBrackets) {
  EXPECT_EQ(parse_server_address("https://k8s.example:6443")->text(), "k8s.example:6443");
  EXPECT_EQ(parse_server_address("https://k8s.example")->port, 443);
  EXPECT_EQ(parse_server_address("https://10.0.0.11:6443/")->host, "10.0.0.11");
  auto six = parse_server_address("https://[2001:db8::1]:6443");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "2001:db8::1");
  EXPECT_EQ(six->url(), "https://[2001:db8::1]:6443");
}

TEST(ServerAddress, WhatIsNoAddressIsRefusedWithoutRepeatingIt) {
  for (const char* url :
       {"http://a:1", "https://", "https://:6443", "https://a:0", "https://a:65536", "https://a:x",
        "https://a:", "https://user:pass@a", "https://a/path", "https://a?x", "https://[::1",
        "https://[nine]:1", "https://[::1]x", "https://a b", "ftp://a", "", "https://2001:db8::1"}) {
    auto address = parse_server_address(url);
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error().code.number, api_errors::address_malformed.number);
    EXPECT_THAT(address.error().message, Not(HasSubstr("pass")));
  }
}

TEST(ServerAddress, LoopbackIsKnownInEverySpelling) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.8.9.1"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_FALSE(is_loopback("10.0.0.1"));
  EXPECT_FALSE(is_loopback("k8s.example"));
}

}  // namespace
}  // namespace nightlatch::api
