#include "api/kubeconfig_file.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "api/errors.hpp"

namespace nightlatch::api {
namespace {

// yaml-cpp stays in this file: it throws, and operator[] of a node that is not const inserts the key.
class KubeconfigReader {
 public:
  explicit KubeconfigReader(std::string_view file) : file_(file) {}

  Result<KubeconfigFile> read(const YAML::Node& root) const;

 private:
  [[nodiscard]] SourcePlace place(const YAML::Node& node) const { return place(node.Mark()); }
  [[nodiscard]] SourcePlace place(const YAML::Mark& mark) const;
  [[nodiscard]] tl::unexpected<Error> malformed(const YAML::Node& node, std::string_view what) const;

  // A mapping, or nothing where the key is missing or null.
  Status expect_map(const YAML::Node& node, std::string_view what) const;
  Result<Setting> setting(const YAML::Node& map, const char* key) const;
  Result<std::string> text(const YAML::Node& map, const char* key) const;
  Result<bool> flag(const YAML::Node& map, const char* key) const;

  template <class Entry>
  Result<std::vector<Entry>> entries(const YAML::Node& root, const char* list, const char* body,
                                     Status (KubeconfigReader::*read_body)(const YAML::Node&, Entry&)
                                         const) const;
  Status read_cluster(const YAML::Node& map, ClusterEntry& entry) const;
  Status read_user(const YAML::Node& map, UserEntry& entry) const;
  Status read_context(const YAML::Node& map, ContextEntry& entry) const;
  Status read_exec(const YAML::Node& map, ExecPlugin& plugin) const;
  Status read_exec_environment(const YAML::Node& list, ExecPlugin& plugin) const;

  std::string file_;
};

SourcePlace KubeconfigReader::place(const YAML::Mark& mark) const {
  SourcePlace place{.file = file_, .line = 1, .column = 1, .text = {}};
  if (mark.is_null()) return place;
  place.line = static_cast<std::size_t>(mark.line) + 1;
  place.column = static_cast<std::size_t>(mark.column) + 1;
  return place;
}

tl::unexpected<Error> KubeconfigReader::malformed(const YAML::Node& node, std::string_view what) const {
  return fail(
      Error{.code = api_errors::kubeconfig_malformed, .message = std::string(what), .place = place(node)});
}

Status KubeconfigReader::expect_map(const YAML::Node& node, std::string_view what) const {
  if (!node.IsMap()) return malformed(node, fmt::format("{} is not a mapping", what));
  std::set<std::string> seen;
  for (const auto& pair : node) {
    if (!pair.first.IsScalar())
      return malformed(pair.first, fmt::format("{} has a key that is not a string", what));
    if (!seen.insert(pair.first.Scalar()).second) {
      return malformed(pair.first, fmt::format("{} has the same key twice", what));
    }
  }
  return {};
}

Result<Setting> KubeconfigReader::setting(const YAML::Node& map, const char* key) const {
  const YAML::Node value = map[key];
  if (!value.IsDefined() || value.IsNull()) return Setting{};
  if (!value.IsScalar()) return malformed(value, fmt::format("{} is not a string", key));
  return Setting{value.Scalar(), place(value)};
}

Result<std::string> KubeconfigReader::text(const YAML::Node& map, const char* key) const {
  NL_ASSIGN(Setting found, setting(map, key));
  return std::move(found.text);
}

Result<bool> KubeconfigReader::flag(const YAML::Node& map, const char* key) const {
  constexpr std::array<std::string_view, 3> no{"", "false", "False"};
  constexpr std::array<std::string_view, 2> yes{"true", "True"};
  NL_ASSIGN(Setting found, setting(map, key));
  if (std::find(no.begin(), no.end(), found.text) != no.end()) return false;
  if (std::find(yes.begin(), yes.end(), found.text) != yes.end()) return true;
  return malformed(map[key], fmt::format("{} is neither true nor false", key));
}

template <class Entry>
Result<std::vector<Entry>> KubeconfigReader::entries(
    const YAML::Node& root, const char* list, const char* body,
    Status (KubeconfigReader::*read_body)(const YAML::Node&, Entry&) const) const {
  std::vector<Entry> out;
  const YAML::Node nodes = root[list];
  if (!nodes.IsDefined() || nodes.IsNull()) return out;
  if (!nodes.IsSequence()) return malformed(nodes, fmt::format("{} is not a list", list));
  std::set<std::string> names;
  for (const YAML::Node& node : nodes) {
    NL_TRY(expect_map(node, fmt::format("an entry of {}", list)));
    Entry entry;
    NL_ASSIGN(entry.name, text(node, "name"));
    if (entry.name.empty()) return malformed(node, fmt::format("an entry of {} has no name", list));
    if (!names.insert(entry.name).second) {
      return malformed(node, fmt::format("{} has the name \"{}\" twice", list, entry.name));
    }
    if (const YAML::Node content = node[body]; content.IsDefined() && !content.IsNull()) {
      NL_TRY(expect_map(content, fmt::format("{} \"{}\"", body, entry.name)));
      NL_TRY((this->*read_body)(content, entry));
    }
    out.push_back(std::move(entry));
  }
  return out;
}

Status KubeconfigReader::read_cluster(const YAML::Node& map, ClusterEntry& entry) const {
  NL_ASSIGN(entry.server, setting(map, "server"));
  NL_ASSIGN(entry.tls_server_name, setting(map, "tls-server-name"));
  NL_ASSIGN(entry.authority, setting(map, "certificate-authority"));
  NL_ASSIGN(entry.authority_data, setting(map, "certificate-authority-data"));
  NL_ASSIGN(entry.proxy_url, setting(map, "proxy-url"));
  NL_ASSIGN(bool insecure, flag(map, "insecure-skip-tls-verify"));
  if (insecure) entry.insecure = {"true", place(map["insecure-skip-tls-verify"])};
  return {};
}

Status KubeconfigReader::read_user(const YAML::Node& map, UserEntry& entry) const {
  NL_ASSIGN(entry.certificate, setting(map, "client-certificate"));
  NL_ASSIGN(entry.certificate_data, setting(map, "client-certificate-data"));
  NL_ASSIGN(entry.key, setting(map, "client-key"));
  NL_ASSIGN(entry.key_data, setting(map, "client-key-data"));
  NL_ASSIGN(entry.token, setting(map, "token"));
  NL_ASSIGN(entry.token_file, setting(map, "tokenFile"));
  for (const char* key :
       {"auth-provider", "username", "password", "as", "as-uid", "as-groups", "as-user-extra"}) {
    const YAML::Node value = map[key];
    bool stands = value.IsDefined() && !value.IsNull() && !(value.IsScalar() && value.Scalar().empty());
    if (stands && !entry.unsupported.set()) entry.unsupported = {key, place(value)};
  }
  const YAML::Node exec = map["exec"];
  if (!exec.IsDefined() || exec.IsNull()) return {};
  NL_TRY(expect_map(exec, "exec"));
  entry.exec_place = {"exec", place(exec)};
  return read_exec(exec, entry.exec);
}

Status KubeconfigReader::read_exec(const YAML::Node& map, ExecPlugin& plugin) const {
  NL_ASSIGN(plugin.api_version, text(map, "apiVersion"));
  NL_ASSIGN(plugin.command, text(map, "command"));
  NL_ASSIGN(plugin.interactive_mode, text(map, "interactiveMode"));
  NL_ASSIGN(plugin.install_hint, text(map, "installHint"));
  NL_ASSIGN(plugin.provide_cluster_info, flag(map, "provideClusterInfo"));
  if (plugin.command.empty()) return malformed(map, "exec has no command");
  if (const YAML::Node arguments = map["args"]; arguments.IsDefined() && !arguments.IsNull()) {
    if (!arguments.IsSequence()) return malformed(arguments, "args is not a list");
    for (const YAML::Node& argument : arguments) {
      if (!argument.IsScalar()) return malformed(argument, "args has an item that is not a string");
      plugin.arguments.push_back(argument.Scalar());
    }
  }
  const YAML::Node environment = map["env"];
  if (!environment.IsDefined() || environment.IsNull()) return {};
  return read_exec_environment(environment, plugin);
}

Status KubeconfigReader::read_exec_environment(const YAML::Node& list, ExecPlugin& plugin) const {
  if (!list.IsSequence()) return malformed(list, "env is not a list");
  for (const YAML::Node& item : list) {
    NL_TRY(expect_map(item, "an item of env"));
    NL_ASSIGN(std::string name, text(item, "name"));
    NL_ASSIGN(std::string value, text(item, "value"));
    if (name.empty() || name.find('=') != std::string::npos) {
      return malformed(item, "an item of env has no name, or one with =");
    }
    plugin.environment.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

Status KubeconfigReader::read_context(const YAML::Node& map, ContextEntry& entry) const {
  NL_ASSIGN(entry.cluster, text(map, "cluster"));
  NL_ASSIGN(entry.user, text(map, "user"));
  entry.place = place(map);
  return {};
}

Result<KubeconfigFile> KubeconfigReader::read(const YAML::Node& root) const {
  KubeconfigFile out;
  if (root.IsNull()) return out;
  NL_TRY(expect_map(root, "the kubeconfig"));
  NL_ASSIGN(std::string kind, text(root, "kind"));
  if (!kind.empty() && kind != "Config") return malformed(root["kind"], "the kind is not Config");
  NL_ASSIGN(out.current_context, text(root, "current-context"));
  NL_ASSIGN(out.clusters,
            entries<ClusterEntry>(root, "clusters", "cluster", &KubeconfigReader::read_cluster));
  NL_ASSIGN(out.users, entries<UserEntry>(root, "users", "user", &KubeconfigReader::read_user));
  NL_ASSIGN(out.contexts,
            entries<ContextEntry>(root, "contexts", "context", &KubeconfigReader::read_context));
  return out;
}

// yaml-cpp appends text of the file behind a colon, which may be a secret.
std::string reason(const std::string& message) {
  return message.substr(0, message.find(':'));
}

}  // namespace

Result<KubeconfigFile> parse_kubeconfig(std::string_view bytes, std::string_view file) {
  try {
    return KubeconfigReader(file).read(YAML::Load(std::string(bytes)));
  } catch (const YAML::Exception& exception) {
    SourcePlace place{.file = std::string(file), .line = 1, .column = 1, .text = {}};
    if (!exception.mark.is_null()) {
      place.line = static_cast<std::size_t>(exception.mark.line) + 1;
      place.column = static_cast<std::size_t>(exception.mark.column) + 1;
    }
    return fail(Error{.code = api_errors::kubeconfig_malformed,
                      .message = "this is not YAML: " + reason(exception.msg),
                      .place = std::move(place)});
  } catch (const std::exception&) {
    return fail(api_errors::kubeconfig_malformed, fmt::format("{}: this is not YAML", file));
  }
}

}  // namespace nightlatch::api
