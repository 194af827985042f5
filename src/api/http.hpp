// One HTTPS question, one answer; libcurl stays in http.cpp. Every question opens a new connection: a kept
// one to a dying API server lies. The process must ignore SIGPIPE.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "api/kubeconfig.hpp"
#include "util/tunnel.hpp"

namespace nightlatch::api {

struct Question {
  std::string method = "GET";
  std::string host;  // what is dialled; IPv6 without brackets
  std::uint16_t port = 6443;
  std::string path;  // with query; sent as it is, bytes that cannot stand in a request line percent-encoded
  std::string tls_name;  // verified instead of host when not empty
  std::string ca;        // PEM; empty: the certificate is not verified (as the kubelet's probes do)
  const Credentials* credentials = nullptr;  // none: anonymous. Never sent without a verified certificate
  std::string body;                          // of POST, PUT, PATCH and DELETE
  std::string content_type = "application/json";
  std::string user_agent;                                      // nightlatch/<version> run/<id>
  std::chrono::milliseconds timeout{std::chrono::seconds(5)};  // dialling included
  std::size_t body_limit = 8U << 20U;                          // further bytes are dropped unread
  bool compressible = false;                                   // megabytes of text: they may come by gzip
};

struct Answer {
  int status = 0;
  std::string body;
  bool truncated = false;          // the body was longer than the limit
  std::string certificate_sha256;  // of the serving certificate (DER)
  std::chrono::milliseconds took{0};
};

// https://host:port/path as it is dialled.
[[nodiscard]] std::string url(const Question& question);

// An error: no HTTP answer (refused, timeout, TLS); api_errors. `dial` empty: from here, directly.
[[nodiscard]] Result<Answer> ask(const Question& question, const Dialer& dial);

// The same over a connection that stands already; the tunnel is used up.
[[nodiscard]] Result<Answer> ask_through(const Question& question, Tunnel& tunnel);

}  // namespace nightlatch::api
