// Where a request came from, by its last address: the one that the client cannot choose.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::audit {

enum class Place : std::uint8_t {
  loopback,
  node,
  load_balancer,
  pod,
  private_network,
  public_network,
  unknown
};
inline constexpr std::array<std::string_view, 7> place_names{"loopback", "node",   "load-balancer", "pod",
                                                             "private",  "public", "unknown"};
[[nodiscard]] constexpr std::string_view name(Place place) {
  return place_names[static_cast<std::size_t>(place)];
}
// Whether the kubelet or a load balancer asks from there.
[[nodiscard]] constexpr bool asks_probes(Place place) {
  return place == Place::loopback || place == Place::node || place == Place::load_balancer;
}

// An address in 16 bytes; IPv4 as ::ffff:a.b.c.d.
using Address = std::array<std::uint8_t, 16>;

struct Network {
  Address address{};
  int bits = 128;
};

// "10.0.0.0/8", "fd00::/64" or one address. Error: bad_network.
[[nodiscard]] Result<Network> parse_network(std::string_view text);
// Several with commas.
[[nodiscard]] Result<std::vector<Network>> parse_networks(std::string_view text);

// Whether the address is of the network; false for a text that is no address.
[[nodiscard]] bool is_within(const Network& network, std::string_view ip);

struct Networks {
  std::vector<Network> nodes{};
  std::vector<Network> load_balancers{};
  std::vector<Network> pods{};

  [[nodiscard]] Place place_of(std::string_view ip) const;
};

}  // namespace nightlatch::audit
