#include "access/version.hpp"

#include <charconv>

#include <fmt/format.h>

#include "access/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::access {

std::string Version::text() const {
  return fmt::format("{}.{}.{}", major, minor, patch);
}

std::string Version::minor_text() const {
  return fmt::format("{}.{}", major, minor);
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (auto order = major <=> other.major; order != 0) return order;
  if (auto order = minor <=> other.minor; order != 0) return order;
  return patch <=> other.patch;
}

Result<Version> parse_version(std::string_view text) {
  std::string_view rest = text.starts_with('v') ? text.substr(1) : text;
  auto number = [&](int& value) {
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    bool digits = error == std::errc() && !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
    if (digits) rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return digits;
  };
  auto dot = [&] {
    bool found = rest.starts_with('.');
    if (found) rest.remove_prefix(1);
    return found;
  };
  Version version;
  bool good = number(version.major) && dot() && number(version.minor) && (!dot() || number(version.patch));
  if (!good || !(rest.empty() || rest[0] == '-' || rest[0] == '+' || rest[0] == '_')) {
    return fail(access_errors::bad_version, fmt::format("{:?} is not a Kubernetes version", text));
  }
  version.suffix = rest;
  return version;
}

bool is_known(const Version& version) {
  return version.major == 1 && version.minor >= oldest_known_minor && version.minor <= newest_known_minor;
}

bool is_newer_than_known(const Version& version) {
  return version.major > 1 || (version.major == 1 && version.minor > newest_known_minor);
}

std::optional<Version> judged_as(const Version& found, const std::vector<std::string>& accepted) {
  if (is_known(found)) return found;
  bool is_accepted = is_newer_than_known(found) && is_among(found.minor_text(), accepted);
  return is_accepted ? std::optional(Version{1, newest_known_minor, 0}) : std::nullopt;
}

}  // namespace nightlatch::access
