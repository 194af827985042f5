// https://host:port, as kubeconfigs and inventories write an API server.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "util/result.hpp"

namespace nightlatch::api {

struct ServerAddress {
  std::string host;  // IPv6 without brackets
  std::uint16_t port = 443;

  [[nodiscard]] std::string text() const;  // host:port, IPv6 bracketed
  [[nodiscard]] std::string url() const;   // https://host:port
  bool operator==(const ServerAddress&) const = default;
};

// Errors: no https, user information, a path, query or fragment, a port that is none, an empty host.
[[nodiscard]] Result<ServerAddress> parse_server_address(std::string_view url);

// Addresses that mean another machine wherever they are asked from: 127.0.0.0/8, ::1, localhost.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace nightlatch::api
