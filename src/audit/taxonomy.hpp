// The classes of anonymous requests, as data: templates/audit/taxonomy.yaml.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/request_path.hpp"
#include "audit/severity.hpp"
#include "util/result.hpp"

namespace nightlatch::audit {

// Of each outcome; none for Outcome::other.
using Severities = std::array<Severity, 4>;

struct MatchRule {
  std::vector<std::string> paths{};
  std::vector<std::string> resources{};
  std::vector<std::string> groups{};
  std::vector<std::string> verbs{};  // "read" and "write" resolved
  std::vector<std::string> namespaces{};
  std::vector<std::string> names{};
  std::optional<bool> api{};
  std::optional<bool> discovery{};
};

struct RequestClass {
  std::string name;
  std::vector<MatchRule> rules;
  Severities severity{};
  std::array<std::optional<Severity>, 4> from_probes{};
  std::string why;
};

struct Taxonomy {
  int version = 0;
  std::vector<RequestClass> classes;  // at most 62; the last two are encoded-twin and impersonation

  [[nodiscard]] std::size_t encoded_twin() const { return classes.size() - 2; }
  [[nodiscard]] std::size_t impersonation() const { return classes.size() - 1; }
  // The first class that matches; where none does, the last of the file.
  [[nodiscard]] std::size_t class_of(const RequestPath& path, std::string_view verb) const;
};

// `file` is for messages. Error: bad_taxonomy, with line and column.
[[nodiscard]] Result<Taxonomy> parse_taxonomy(std::string_view yaml, std::string_view file);

// The one that is embedded.
[[nodiscard]] const Taxonomy& shipped_taxonomy();

}  // namespace nightlatch::audit
