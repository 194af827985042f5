// One HTTPS request and its answer; libcurl stays in http.cpp. Every request opens a new connection, because
// an API server that shuts down goes on to answer on open ones. The process must ignore SIGPIPE.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "api/kubeconfig.hpp"
#include "util/tunnel.hpp"

namespace nightlatch::api {

struct Question {
  std::string method = "GET";
  std::string host;  // to connect to; IPv6 without brackets
  std::uint16_t port = 6443;
  std::string
      path;  // with query; sent unchanged, but bytes that a request line cannot contain are percent-encoded
  std::string tls_name;  // the name that the certificate must have, instead of host; empty: host
  std::string ca;        // PEM; empty: the certificate is not verified, as in the kubelet's probes
  const Credentials* credentials = nullptr;  // nullptr: anonymous. Refused without `ca`
  std::string body;                          // of POST, PUT, PATCH and DELETE
  std::string content_type = "application/json";
  std::string user_agent;                                      // nightlatch/<version> run/<id>
  std::chrono::milliseconds timeout{std::chrono::seconds(5)};  // for connecting and the answer together
  std::size_t body_limit = 8U << 20U;                          // bytes; more are not read
  bool compressible = false;  // the answer is large text and may come by gzip
};

struct Answer {
  int status = 0;  // of HTTP, 100 to 599
  std::string body;
  bool truncated = false;          // the body was longer than the limit
  std::string certificate_sha256;  // of the serving certificate (DER), hex; empty: not known
  std::chrono::milliseconds took{0};
};

// "https://host:port/path" with the path as it is sent.
[[nodiscard]] std::string url(const Question& question);

// Sends the request, through `dial` or, when that is empty, directly from this workstation. Every HTTP status
// is an answer. Errors: unreachable, untrusted, credentials_unusable, credentials_unverified; those of
// `dial`.
[[nodiscard]] Result<Answer> ask(const Question& question, const Dialer& dial);

// The same over an open tunnel, which cannot be used again afterwards.
[[nodiscard]] Result<Answer> ask_through(const Question& question, Tunnel& tunnel);

}  // namespace nightlatch::api
