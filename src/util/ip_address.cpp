#include "util/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace nightlatch {

namespace {

template <class Address>
std::string text_of(int family, const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const char* written = ::inet_ntop(family, &address, text.data(), static_cast<socklen_t>(text.size()));
  return written == nullptr ? std::string{} : std::string(written);
}

// "fe800000…01" → "fe80:0000:…:0001"
std::string with_colons(std::string_view digits) {
  std::string text;
  for (std::size_t at = 0; at < digits.size(); at += 4) {
    if (at > 0) text += ':';
    text += digits.substr(at, 4);
  }
  return text;
}

std::string text_of(const addrinfo& address) {
  if (address.ai_family == AF_INET)
    return text_of(AF_INET, reinterpret_cast<const sockaddr_in*>(address.ai_addr)->sin_addr);
  if (address.ai_family == AF_INET6)
    return text_of(AF_INET6, reinterpret_cast<const sockaddr_in6*>(address.ai_addr)->sin6_addr);
  return {};
}

}  // namespace

std::optional<std::string> canonical_ip(std::string_view text) {
  constexpr std::size_t hex_digits = 32;
  bool in_one = text.size() == hex_digits && text.find(':') == std::string_view::npos;
  std::string spelled = in_one ? with_colons(text) : std::string(text);
  in_addr v4{};
  if (::inet_pton(AF_INET, spelled.c_str(), &v4) == 1) return text_of(AF_INET, v4);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, spelled.c_str(), &v6) == 1) return text_of(AF_INET6, v6);
  return std::nullopt;
}

bool is_loopback_ip(std::string_view ip) {
  return ip.starts_with("127.") || ip == "::1";
}

std::vector<std::string> resolve(const std::string& host) {
  if (auto address = canonical_ip(host)) return {*address};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    std::string address = text_of(*one);
    bool known = std::find(addresses.begin(), addresses.end(), address) != addresses.end();
    if (!address.empty() && !known) addresses.push_back(std::move(address));
  }
  return addresses;
}

}  // namespace nightlatch
