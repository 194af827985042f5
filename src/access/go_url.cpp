#include "access/go_url.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "access/go_text.hpp"
#include "util/ip_address.hpp"

namespace nightlatch::access {
namespace {

enum class Part { user, host, zone, path };

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
unsigned hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a' + 10);
}

bool may_stand_in_host(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("-_.~!$&'()*+,;=:[]<>\"").find(c) != std::string_view::npos;
}

// The error of unescape(); empty: there is none.
std::string escape_problem(std::string_view text, Part part) {
  bool of_host = part == Part::host || part == Part::zone;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view three = text.substr(i, 3);
    if (text[i] != '%') {
      if (of_host && static_cast<unsigned char>(text[i]) < 0x80 && !may_stand_in_host(text[i]))
        return fmt::format("invalid character {} in host name", go_quoted(text.substr(i, 1)));
      continue;
    }
    bool bad = three.size() < 3 || !is_hex(three[1]) || !is_hex(three[2]);
    if (!bad && three != "%25") {
      auto value = static_cast<char>(hex_value(three[1]) << 4U | hex_value(three[2]));
      bad = (part == Part::host && hex_value(three[1]) < 8) ||
            (part == Part::zone && value != ' ' && !may_stand_in_host(value));
    }
    if (bad) return fmt::format("invalid URL escape {}", go_quoted(three));
    i += 2;
  }
  return {};
}

bool is_optional_port(std::string_view text) {
  return text.empty() || (text[0] == ':' && std::all_of(text.begin() + 1, text.end(), is_digit));
}

std::string ip_literal_problem(std::string_view host) {
  std::size_t close = host.rfind(']');
  if (close == std::string_view::npos) return "missing ']' in host";
  std::string_view port = host.substr(close + 1);
  if (!is_optional_port(port)) return fmt::format("invalid port {} after host", go_quoted(port));
  std::string_view name = host.substr(1, close - 1);
  std::size_t zone = name.find("%25");
  std::string problem = escape_problem(name.substr(0, zone), Part::host);
  if (problem.empty() && zone != std::string_view::npos)
    problem = escape_problem(name.substr(zone), Part::zone);
  if (!problem.empty()) return problem;
  auto address = canonical_ip(name.substr(0, zone));
  if (!address) return fmt::format("invalid host: ParseAddr({}): unable to parse IP", go_quoted(name));
  return address->find(':') == std::string::npos ? "invalid IP-literal" : "";
}

std::string host_problem(std::string_view host) {
  std::size_t bracket = host.rfind('[');
  if (bracket == 0) return ip_literal_problem(host);
  if (bracket != std::string_view::npos) return "invalid IP-literal";
  std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && !is_optional_port(host.substr(colon)))
    return fmt::format("invalid port {} after host", go_quoted(host.substr(colon)));
  return escape_problem(host, Part::host);
}

std::string authority_problem(std::string_view authority, GoUrl& url) {
  std::size_t at = authority.rfind('@');
  std::string problem = host_problem(at == std::string_view::npos ? authority : authority.substr(at + 1));
  if (!problem.empty() || at == std::string_view::npos) return problem;
  std::string_view user = authority.substr(0, at);
  url.has_user = true;
  bool valid = std::all_of(user.begin(), user.end(), [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("-._:~!$&'()*+,;=%@").find(c) != std::string_view::npos;
  });
  if (!valid) return "net/url: invalid userinfo";
  std::size_t colon = user.find(':');
  problem = escape_problem(user.substr(0, colon), Part::user);
  if (problem.empty() && colon != std::string_view::npos)
    problem = escape_problem(user.substr(colon + 1), Part::user);
  return problem;
}

// Takes the scheme off `rest`; the result is the error.
std::string take_scheme(std::string_view& rest, std::string& scheme) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    char c = rest[i];
    if (is_letter(c)) continue;
    bool inner = is_digit(c) || c == '+' || c == '-' || c == '.';
    if (inner && i > 0) continue;
    if (c != ':') return {};
    if (i == 0) return "missing protocol scheme";
    for (char letter : rest.substr(0, i))
      scheme += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    rest.remove_prefix(i + 1);
    return {};
  }
  return {};
}

// parse() of net/url without the fragment; the result is the error.
std::string parse(std::string_view text, GoUrl& url) {
  bool control = std::any_of(text.begin(), text.end(),
                             [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
  if (control) return "net/url: invalid control character in URL";
  if (text == "*") return {};
  std::string_view rest = text;
  if (std::string problem = take_scheme(rest, url.scheme); !problem.empty()) return problem;
  std::size_t question = rest.find('?');
  url.has_query = question != std::string_view::npos && question + 1 < rest.size();
  rest = rest.substr(0, question);
  if (!rest.starts_with('/')) {
    if (!url.scheme.empty()) return {};
    if (rest.substr(0, rest.find('/')).find(':') != std::string_view::npos)
      return "first path segment in URL cannot contain colon";
  }
  if ((!url.scheme.empty() || !rest.starts_with("///")) && rest.starts_with("//")) {
    std::size_t slash = rest.find('/', 2);
    std::string problem =
        authority_problem(rest.substr(2, slash == std::string_view::npos ? slash : slash - 2), url);
    if (!problem.empty()) return problem;
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  }
  return escape_problem(rest, Part::path);
}

}  // namespace

tl::expected<GoUrl, std::string> parse_go_url(std::string_view text) {
  GoUrl url;
  std::size_t hash = text.find('#');
  std::string_view before = text.substr(0, hash);
  std::string problem = parse(before, url);
  if (!problem.empty()) return tl::unexpected(fmt::format("parse {}: {}", go_quoted(before), problem));
  if (hash != std::string_view::npos && hash + 1 < text.size()) {
    url.has_fragment = true;
    problem = escape_problem(text.substr(hash + 1), Part::path);
    if (!problem.empty()) return tl::unexpected(fmt::format("parse {}: {}", go_quoted(text), problem));
  }
  return url;
}

}  // namespace nightlatch::access
