#include "audit/networks.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "audit/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::audit {

namespace {

constexpr int bits_before_ipv4 = 96;

std::optional<Network> parse_address(std::string_view text) {
  std::string terminated(text.substr(0, text.find('%')));
  Network found;
  in_addr four{};
  if (::inet_pton(AF_INET, terminated.c_str(), &four) == 1) {
    found.address[10] = found.address[11] = 0xFF;
    std::memcpy(found.address.data() + 12, &four, 4);
    return found;
  }
  if (::inet_pton(AF_INET6, terminated.c_str(), found.address.data()) == 1) return found;
  return std::nullopt;
}

bool contains(const Network& network, const Address& address) {
  auto whole = static_cast<std::size_t>(network.bits / 8);
  if (std::memcmp(network.address.data(), address.data(), whole) != 0) return false;
  int rest = network.bits % 8;
  if (rest == 0) return true;
  auto mask = static_cast<std::uint8_t>(0xFF << (8 - rest));
  return (network.address[whole] & mask) == (address[whole] & mask);
}

bool any_contains(const std::vector<Network>& networks, const Address& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return contains(network, address); });
}

std::vector<Network> known(std::initializer_list<std::string_view> texts) {
  std::vector<Network> found;
  for (std::string_view text : texts) found.push_back(parse_network(text).value());
  return found;
}

}  // namespace

Result<Network> parse_network(std::string_view text) {
  text = trim(text);
  std::size_t slash = text.find('/');
  auto network = parse_address(text.substr(0, slash));
  bool valid = network.has_value();
  if (valid && slash != std::string_view::npos) {
    bool four = text.find(':') == std::string_view::npos;
    std::string_view digits = text.substr(slash + 1);
    int bits = -1;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    valid = error == std::errc{} && end == digits.data() + digits.size() && bits >= 0 &&
            bits <= (four ? 32 : 128);
    network->bits = four ? bits + bits_before_ipv4 : bits;
  }
  if (!valid)
    return fail(audit_errors::bad_network, fmt::format("\"{}\" is no address and no network", text));
  return *network;
}

Result<std::vector<Network>> parse_networks(std::string_view text) {
  std::vector<Network> found;
  for (const std::string& one : split(text, ',')) {
    if (trim(one).empty()) continue;
    NL_ASSIGN(Network network, parse_network(one));
    found.push_back(network);
  }
  return found;
}

bool is_within(const Network& network, std::string_view ip) {
  auto parsed = parse_address(ip);
  return parsed && contains(network, parsed->address);
}

Place Networks::place_of(std::string_view ip) const {
  static const std::vector<Network> loopback = known({"127.0.0.0/8", "::1"});
  // RFC 1918, 6598 (carrier-grade NAT), 3927 and 4193, and IPv6 link-local.
  static const std::vector<Network> private_networks =
      known({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7",
             "fe80::/10"});
  auto parsed = parse_address(ip);
  if (!parsed) return Place::unknown;
  const Address& address = parsed->address;
  if (any_contains(loopback, address)) return Place::loopback;
  if (any_contains(load_balancers, address)) return Place::load_balancer;
  if (any_contains(nodes, address)) return Place::node;
  if (any_contains(pods, address)) return Place::pod;
  return any_contains(private_networks, address) ? Place::private_network : Place::public_network;
}

}  // namespace nightlatch::audit
