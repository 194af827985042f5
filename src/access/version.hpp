// A Kubernetes version as image tags and GET /version write it.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::access {

struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string suffix{};  // "-beta.0", "+rke2r1"; empty for a release. Versions are compared without it

  [[nodiscard]] std::string text() const;        // "1.34.4"
  [[nodiscard]] std::string minor_text() const;  // "1.34"
  bool operator==(const Version& other) const { return (*this <=> other) == 0; }
  std::strong_ordering operator<=>(const Version& other) const;
};

// Reads "v1.34.4", "1.34.4", "1.34", "v1.34.4+k3s1" and "v1.37.0-beta.0". Error: bad_version.
[[nodiscard]] Result<Version> parse_version(std::string_view text);

// The minors of Kubernetes 1 whose rules are known, each of them seen on a running kube-apiserver or read in
// its source.
inline constexpr int oldest_known_minor = 30;
inline constexpr int newest_known_minor = 37;

[[nodiscard]] bool is_known(const Version& version);
[[nodiscard]] bool is_newer_than_known(const Version& version);
// The version whose rules decide: `found` where they are known; for a newer one that is among `accepted`
// ("1.38") the newest that is known; nullopt for any other.
[[nodiscard]] std::optional<Version> judged_as(const Version& found,
                                               const std::vector<std::string>& accepted);

}  // namespace nightlatch::access
