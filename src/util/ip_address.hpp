// IP addresses in one spelling, so that equal addresses are equal texts; and the addresses of a host name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch {

// An IPv4 or IPv6 address as inet_ntop writes it. An IPv6 address may also be given as 32 hex digits, as in
// /proc/net/if_inet6. nullopt: the text is no address.
[[nodiscard]] std::optional<std::string> canonical_ip(std::string_view text);

// Whether the address is in 127.0.0.0/8 or ::1. `ip` as canonical_ip returns it.
[[nodiscard]] bool is_loopback_ip(std::string_view ip);

// The addresses of a host name by this machine's resolver, each once; for an address that address. Empty: it
// has none. May block for seconds.
[[nodiscard]] std::vector<std::string> resolve(const std::string& host);

}  // namespace nightlatch
