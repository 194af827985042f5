// The address of an API server as kubeconfigs and inventories write it: https://host:port.
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

// Error: address_malformed, for another scheme than https, user information, a path, a query, a fragment, a
// port that is none, or no host. The message never repeats the address, which may contain a password.
[[nodiscard]] Result<ServerAddress> parse_server_address(std::string_view url);

// Whether the host means the machine that asks: 127.0.0.0/8, ::1, localhost.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace nightlatch::api
