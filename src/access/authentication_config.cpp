#include "access/authentication_config.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "access/decode_authentication.hpp"
#include "access/errors.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
namespace {

// No file of a person is as large, and reading costs a multiple of it.
constexpr std::size_t max_bytes = 1U << 20U;

// The words of kube-apiserver may have several lines: "yaml: unmarshal errors:", and then one for each.
std::string on_one_line(const std::string& words) {
  std::string line;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] != '\n') {
      line += words[i];
      continue;
    }
    line += ' ';
    while (i + 1 < words.size() && words[i + 1] == ' ') ++i;
  }
  return line;
}

Error error_of(const std::vector<TextProblem>& problems, std::string_view bytes, std::string_view file) {
  auto place = [&](const TextProblem& problem) {
    return place_at(bytes, std::min(problem.at, bytes.size()), std::string(file));
  };
  Error error{.code = access_errors::bad_config,
              .message = fmt::format("{}: {}", file, on_one_line(problems.front().words))};
  error.place = place(problems.front());
  for (std::size_t i = 1; i < problems.size(); ++i) {
    SourcePlace other = place(problems[i]);
    error.details.push_back(fmt::format("{}:{}:{}: {}", file, other.line, other.column, problems[i].words));
  }
  return error;
}

std::string quoted_where_needed(const std::string& path) {
  bool plain = std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '.' || c == '-' || c == '_';
  });
  if (plain) return path;
  std::string quoted = "'";
  for (char c : path) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace

Result<AuthenticationConfig> decode_authentication_config(std::string_view bytes, std::string_view file,
                                                          const ServerRules& rules) {
  if (bytes.size() > max_bytes) return fail(error_of({{"the file is larger than 1 MiB", 0}}, bytes, file));
  auto content = decode_authentication(bytes, rules);
  if (!content) return fail(error_of({content.error()}, bytes, file));
  AuthenticationConfig config;
  config.api_version = content->api_version;
  config.unjudged = cel_expressions(*content);
  if (content->anonymous) {
    AnonymousSection& section = config.anonymous.emplace();
    section.enabled = content->anonymous->enabled;
    for (const AnonymousCondition& condition : content->anonymous->conditions.items)
      section.paths.push_back(condition.path.text);
  }
  config.content = *std::move(content);
  return config;
}

Status check_authentication_config(const AuthenticationConfig& config, std::string_view bytes,
                                   std::string_view file, const ServerRules& rules) {
  std::vector<TextProblem> problems = validate_authentication(config.content, rules);
  if (problems.empty()) return {};
  return fail(error_of(problems, bytes, file));
}

Result<AuthenticationConfig> parse_authentication_config(std::string_view bytes, std::string_view file,
                                                         const ServerRules& rules) {
  NL_ASSIGN(AuthenticationConfig config, decode_authentication_config(bytes, file, rules));
  NL_TRY(check_authentication_config(config, bytes, file, rules));
  return config;
}

std::vector<std::string> places_of_unjudged(const AuthenticationConfig& config, std::string_view bytes,
                                            std::string_view file) {
  std::vector<std::string> places;
  for (const CelExpression& expression : config.unjudged) {
    SourcePlace place = place_at(bytes, std::min(expression.at, bytes.size()), std::string(file));
    places.push_back(fmt::format("{}:{}:{}: {}", file, place.line, place.column, expression.field));
  }
  return places;
}

std::string render_authentication_config(const std::vector<std::string>& paths) {
  std::string out =
      "# Written by nightlatch. The paths that kube-apiserver answers without credentials, compared "
      "exactly.\n"
      "# kube-apiserver reads this section only at its start: a change here needs a new file and a restart.\n"
      "apiVersion: apiserver.config.k8s.io/v1beta1\n"
      "kind: AuthenticationConfiguration\n"
      "anonymous:\n";
  // `enabled: true` without conditions would open every path.
  if (paths.empty()) return out + "  enabled: false\n";
  out += "  enabled: true\n  conditions:\n";
  for (const std::string& path : paths) out += fmt::format("  - path: {}\n", quoted_where_needed(path));
  return out;
}

std::string authentication_config_name(std::string_view bytes) {
  return fmt::format("authn-{}.yaml", short_hash(sha256_hex(bytes)));
}

}  // namespace nightlatch::access
