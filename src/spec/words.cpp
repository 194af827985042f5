#include "spec/words.hpp"

#include <algorithm>
#include <charconv>

namespace nightlatch::spec {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool all_of(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text,
                             [&](char c) { return is_alnum(c) || others.find(c) != std::string_view::npos; });
}

// Colons and hex digits, an IPv4 tail and a %zone allowed: enough to tell an address from a mistake.
bool is_ipv6(std::string_view text) {
  std::string_view zone;
  if (std::size_t percent = text.find('%'); percent != std::string_view::npos) {
    zone = text.substr(percent + 1);
    text = text.substr(0, percent);
    if (zone.empty() || !all_of(zone, "-_.")) return false;
  }
  auto colons = std::ranges::count(text, ':');
  bool shape = std::ranges::all_of(text, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  bool filled = colons == 7 || text.find("::") != std::string_view::npos ||
                (colons == 6 && text.find('.') != std::string_view::npos);
  return shape && colons >= 2 && colons <= 7 && filled && text.find(":::") == std::string_view::npos;
}

// An IPv4 address or a DNS name: labels of letters, digits, "-" and "_" that do not begin or end with "-".
bool is_dns_name(std::string_view text) {
  if (text.empty() || text.size() > 253 || !all_of(text, "-._")) return false;
  if (text.front() == '.' || text.find("..") != std::string_view::npos) return false;
  return text.front() != '-' && text.back() != '-' && text.find(".-") == std::string_view::npos &&
         text.find("-.") == std::string_view::npos;
}

bool is_port(std::string_view text) {
  auto port = read_integer(text);
  return port && *port >= 1 && *port <= 65535;
}

}  // namespace

std::optional<long> read_integer(std::string_view text) {
  long number = 0;
  if (text.empty() || !is_digit(text.front()) || (text.size() > 1 && text.front() == '0'))
    return std::nullopt;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::seconds> read_duration(std::string_view text) {
  constexpr std::string_view units = "hms";
  constexpr long seconds_of[] = {3600, 60, 1};
  constexpr long limit = 1'000'000;
  if (text.empty()) return std::nullopt;
  long total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == text.size()) return std::nullopt;
    auto number = read_integer(text.substr(0, digits));
    std::size_t unit = units.find(text[digits], next_unit);
    if (!number || *number > limit || unit == std::string_view::npos) return std::nullopt;
    total += *number * seconds_of[unit];
    next_unit = unit + 1;
    text.remove_prefix(digits + 1);
  }
  return std::chrono::seconds{total};
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  auto number = [&](std::size_t from, std::size_t length) {
    int value = 0;
    for (char c : text.substr(from, length)) {
      if (!is_digit(c)) return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  int year = number(0, 4);
  int month = number(5, 2);
  int day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return false;
  return std::chrono::year_month_day{std::chrono::year{year},
                                     std::chrono::month{static_cast<unsigned>(month)},
                                     std::chrono::day{static_cast<unsigned>(day)}}
      .ok();
}

bool is_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return false;
  if (!is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[3]) || !is_digit(text[4])) return false;
  return text.substr(0, 2) <= "23" && text[3] <= '5';
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text.front() != '-' && text.front() != '.' &&
         all_of(text, "-_.");
}

bool is_host(std::string_view text) {
  return is_dns_name(text) || is_ipv6(text);
}

bool is_url_path(std::string_view text) {
  return text.starts_with('/') && all_of(text, "/-._~!$&'()+,;=:@");
}

bool is_absolute_path(std::string_view text) {
  if (!text.starts_with('/') || text.ends_with('/') || !all_of(text, "/-._+@")) return false;
  while (!text.empty()) {
    text.remove_prefix(1);
    std::size_t end = std::min(text.find('/'), text.size());
    std::string_view segment = text.substr(0, end);
    if (segment.empty() || segment == "." || segment == "..") return false;
    text.remove_prefix(end);
  }
  return true;
}

bool is_https_url(std::string_view text) {
  constexpr std::string_view scheme = "https://";
  if (!text.starts_with(scheme)) return false;
  text.remove_prefix(scheme.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.starts_with('[')) {
    std::size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ipv6(text.substr(1, close - 1))) return false;
    text.remove_prefix(close + 1);
    return text.empty() || (text.front() == ':' && is_port(text.substr(1)));
  }
  std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return is_dns_name(text);
  return is_dns_name(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

}  // namespace nightlatch::spec
