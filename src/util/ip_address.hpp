// IP addresses as text, so that two spellings of one address are equal; and the addresses of a host's name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch {

// inet_ntop's spelling of an IPv4 or IPv6 address. An IPv6 address may also be 32 hex digits, as
// /proc/net/if_inet6 has it. nullopt: it is neither.
[[nodiscard]] std::optional<std::string> canonical_ip(std::string_view text);

// `ip` as canonical_ip gives it.
[[nodiscard]] bool is_loopback_ip(std::string_view ip);

// What the host's name resolves to here, each once; an address is itself. Empty: nothing. May take seconds.
[[nodiscard]] std::vector<std::string> resolve(const std::string& host);

}  // namespace nightlatch
