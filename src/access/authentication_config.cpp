#include "access/authentication_config.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "access/errors.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
namespace {

class Ignore : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}
};

// kube-apiserver decodes the first document and ignores the others.
bool has_document(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  YAML::Parser parser(in);
  Ignore sink;
  return parser.HandleNextDocument(sink);
}

// Nodes are walked const and never assigned: yaml-cpp's nodes are references into one shared tree.
class Decoder {
 public:
  Decoder(std::string_view bytes, std::string_view file) : bytes_(bytes), file_(file) {}

  Result<AuthenticationConfig> decode() {
    if (trim(bytes_).empty()) return fail(error(YAML::Mark(), "the file is empty"));
    if (!has_document(bytes_)) return fail(error(YAML::Mark(), "the file has no YAML document"));
    const YAML::Node root = YAML::Load(std::string(bytes_));
    NL_TRY(check_keys(root, {"apiVersion", "kind", "anonymous", "jwt"}, "the configuration"));
    AuthenticationConfig config;
    NL_ASSIGN(config.api_version, text(root, "apiVersion"));
    NL_ASSIGN(std::string kind, text(root, "kind"));
    if (kind != "AuthenticationConfiguration" ||
        !config.api_version.starts_with("apiserver.config.k8s.io/")) {
      return fail(error(
          root.Mark(),
          fmt::format("expected an AuthenticationConfiguration of apiserver.config.k8s.io, found {:?} {:?}",
                      config.api_version, kind)));
    }
    if (const YAML::Node jwt = root["jwt"]; jwt.IsDefined() && !jwt.IsNull()) {
      if (!jwt.IsSequence()) return fail(error(jwt.Mark(), "jwt must be a list"));
      config.has_jwt = jwt.size() > 0;
    }
    if (const YAML::Node anonymous = root["anonymous"]; anonymous.IsDefined() && !anonymous.IsNull()) {
      NL_ASSIGN(config.anonymous, decode_anonymous(anonymous));
    }
    return config;
  }

  Error error(const YAML::Mark& mark, std::string_view problem) const {
    Error made{.code = access_errors::bad_config, .message = fmt::format("{}: {}", file_, problem)};
    if (!mark.is_null()) {
      // A mark counts code points of its line; the caret is right for ASCII, the line always.
      std::size_t line_begin = 0;
      for (int line = 0; line < mark.line; ++line) line_begin = bytes_.find('\n', line_begin) + 1;
      made.place =
          place_at(bytes_, std::min(line_begin + static_cast<std::size_t>(mark.column), bytes_.size()),
                   std::string(file_));
    }
    return made;
  }

 private:
  Status check_keys(const YAML::Node& node, std::initializer_list<std::string_view> known,
                    std::string_view what) const {
    if (!node.IsMap()) return fail(error(node.Mark(), fmt::format("{} must be a mapping", what)));
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        return fail(error(entry.first.Mark(), fmt::format("unknown field {:?} in {}", key, what)));
      }
      if (!seen.insert(key).second)
        return fail(error(entry.first.Mark(), fmt::format("the key {:?} is written twice", key)));
    }
    return {};
  }

  Result<std::string> text(const YAML::Node& node, const char* key) const {
    const YAML::Node value = node[key];
    if (!value.IsDefined() || !value.IsScalar())
      return fail(error(node.Mark(), fmt::format("{} is missing", key)));
    return value.Scalar();
  }

  // Takes only what every YAML reader reads as a bool: neither y nor n, and nothing in quotes.
  Result<bool> boolean(const YAML::Node& value) const {
    constexpr std::array<std::string_view, 9> yes{"true", "True", "TRUE", "yes", "Yes",
                                                  "YES",  "on",   "On",   "ON"};
    constexpr std::array<std::string_view, 9> no{"false", "False", "FALSE", "no", "No",
                                                 "NO",    "off",   "Off",   "OFF"};
    if (value.IsScalar() && value.Tag() == "?") {
      if (std::find(yes.begin(), yes.end(), value.Scalar()) != yes.end()) return true;
      if (std::find(no.begin(), no.end(), value.Scalar()) != no.end()) return false;
    }
    return fail(error(value.Mark(), "anonymous.enabled must be true or false"));
  }

  Result<AnonymousSection> decode_anonymous(const YAML::Node& node) const {
    NL_TRY(check_keys(node, {"enabled", "conditions"}, "anonymous"));
    AnonymousSection section;
    if (const YAML::Node enabled = node["enabled"]; enabled.IsDefined() && !enabled.IsNull()) {
      NL_ASSIGN(section.enabled, boolean(enabled));
    }
    const YAML::Node conditions = node["conditions"];
    if (!conditions.IsDefined() || conditions.IsNull()) return section;
    if (!conditions.IsSequence())
      return fail(error(conditions.Mark(), "anonymous.conditions must be a list"));
    for (const auto& condition : conditions) {
      NL_TRY(check_keys(condition, {"path"}, "a condition"));
      NL_ASSIGN(std::string path, text(condition, "path"));
      section.paths.push_back(std::move(path));
    }
    return section;
  }

  std::string_view bytes_;
  std::string_view file_;
};

// Aliases and deep nesting, which make a small file expand to a large one, have no use here; this limit
// bounds them.
constexpr std::size_t max_bytes = 1U << 20U;

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

Result<AuthenticationConfig> parse_authentication_config(std::string_view bytes, std::string_view file) {
  Decoder decoder(bytes, file);
  if (bytes.size() > max_bytes) return fail(decoder.error(YAML::Mark(), "the file is larger than 1 MiB"));
  try {
    return decoder.decode();
  } catch (const YAML::Exception& exception) {
    return fail(decoder.error(exception.mark, fmt::format("this is not YAML: {}", exception.msg)));
  }
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
