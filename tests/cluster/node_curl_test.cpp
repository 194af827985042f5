// curl on a node answers for the server that it is given, whatever the environment of the login shell says
// (S16).
#include "cluster/node_curl.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "util/temporary_directory.hpp"

namespace nightlatch::cluster {

namespace {

using namespace std::chrono_literals;

// Answers one request on a port of its own.
class OneAnswer {
 public:
  explicit OneAnswer(std::string status) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, status = std::move(status)] {
      int client = ::accept(socket_, nullptr, nullptr);
      std::array<char, 4096> request{};
      (void)!::read(client, request.data(), request.size());
      std::string answer = "HTTP/1.1 " + status + " x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      (void)!::write(client, answer.data(), answer.size());
      ::close(client);
    });
  }
  ~OneAnswer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/livez"; }

 private:
  int socket_;
  int port_ = 0;
  std::thread thread_;
};

std::string output_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  ::pclose(pipe);
  return text;
}

class NodeCurl : public ::testing::Test {
 protected:
  void SetUp() override {
    if (output_of("command -v curl").empty()) GTEST_SKIP() << "no curl";
  }
};

TEST_F(NodeCurl, ProxiesOfTheEnvironmentAreNotUsed) {
  OneAnswer server("418");
  std::string proxies;
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"})
    proxies += std::string(name) + "=http://127.0.0.1:9 ";
  EXPECT_EQ(node_curl_status(output_of("export " + proxies + "; " + node_curl_line("GET", server.url(), 5s))),
            418);
}

TEST_F(NodeCurl, TheUsersCurlrcIsNotRead) {
  TemporaryDirectory home;
  std::ofstream(home / ".curlrc") << "proxy = \"http://127.0.0.1:9\"\nrequest = \"HEAD\"\n";
  OneAnswer server("200");
  EXPECT_EQ(node_curl_status(output_of("export HOME=" + home.path().string() + "; " +
                                       node_curl_line("GET", server.url(), 5s))),
            200);
}

TEST_F(NodeCurl, NothingThatListensIsStatusZero) {
  EXPECT_EQ(node_curl_status(output_of(node_curl_line("GET", "http://127.0.0.1:9/", 1s))), 0);
}

TEST_F(NodeCurl, WhatALoginShellPrintsBeforeIsNoStatus) {
  OneAnswer server("401");
  EXPECT_EQ(node_curl_status(output_of("printf 200; " + node_curl_line("GET", server.url(), 5s))), 401);
}

}  // namespace

}  // namespace nightlatch::cluster
