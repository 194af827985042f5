#include "api/server_address.hpp"

#include <arpa/inet.h>
#include <charconv>

#include <fmt/format.h>

#include "api/errors.hpp"

namespace nightlatch::api {
namespace {

// The text may contain a password, so the error does not repeat it.
auto malformed(std::string_view what) {
  return fail(api_errors::address_malformed, fmt::format("the server address {}", what));
}

bool is_host_name(std::string_view host) {
  for (char c : host) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && c != '.' && c != '-' && c != '_') return false;
  }
  return !host.empty();
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0)
    return malformed("has no valid port");
  return port;
}

}  // namespace

std::string ServerAddress::text() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

std::string ServerAddress::url() const {
  return "https://" + text();
}

Result<ServerAddress> parse_server_address(std::string_view url) {
  constexpr std::string_view scheme = "https://";
  if (!url.starts_with(scheme)) return malformed("does not start with https://");
  std::string_view rest = url.substr(scheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find('@') != std::string_view::npos) return malformed("contains user information");
  if (rest.find_first_of("/?#") != std::string_view::npos)
    return malformed("has a path, a query or a fragment");

  ServerAddress address;
  std::string_view after_host;
  if (rest.starts_with('[')) {
    std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return malformed("has a bracket that is not closed");
    address.host = rest.substr(1, close - 1);
    after_host = rest.substr(close + 1);
    if (!is_ipv6(address.host)) return malformed("has brackets around text that is not an IPv6 address");
  } else {
    std::size_t colon = rest.find(':');
    address.host = rest.substr(0, colon);
    if (colon != std::string_view::npos) after_host = rest.substr(colon);
    if (!is_host_name(address.host)) return malformed("has no valid host");
  }
  if (after_host.empty()) return address;
  if (!after_host.starts_with(':')) return malformed("has text after its host");
  NL_ASSIGN(address.port, parse_port(after_host.substr(1)));
  return address;
}

bool is_loopback(std::string_view host) {
  std::string text(host);
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  return text == "localhost";
}

}  // namespace nightlatch::api
