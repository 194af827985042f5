#include "api/kubeconfig.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "api/credential_source.hpp"
#include "api/errors.hpp"
#include "api/kubeconfig_file.hpp"
#include "api/server_address.hpp"
#include "util/file.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::api {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t file_limit = 4U << 20U;

// The entries of all files, each with its file and line; of several with one name the first is used.
struct Merged {
  KubeconfigFile content;
  std::vector<std::string> files;
};

template <class Entry>
const Entry* find(const std::vector<Entry>& entries, std::string_view name) {
  auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

template <class Entry>
void add_new(std::vector<Entry>& into, std::vector<Entry> from) {
  for (Entry& entry : from) {
    if (find(into, entry.name) == nullptr) into.push_back(std::move(entry));
  }
}

// Relative paths in a kubeconfig are relative to its directory; so is the command of a plugin when it has a
// slash.
void make_absolute(Setting& setting, const fs::path& directory) {
  if (setting.set()) setting.text = (directory / setting.text).string();
}

void make_absolute(KubeconfigFile& content, const fs::path& directory) {
  for (ClusterEntry& cluster : content.clusters) make_absolute(cluster.authority, directory);
  for (UserEntry& user : content.users) {
    make_absolute(user.certificate, directory);
    make_absolute(user.key, directory);
    make_absolute(user.token_file, directory);
    std::string& command = user.exec.command;
    if (command.find('/') != std::string::npos) command = (directory / command).string();
  }
}

Status add_file(const fs::path& path, Merged& merged) {
  auto bytes = read_file(path, file_limit);
  if (!bytes) return fail(api_errors::kubeconfig_missing, bytes.error().message);
  NL_ASSIGN(KubeconfigFile content, parse_kubeconfig(*bytes, path.string()));
  make_absolute(content, fs::absolute(path).parent_path());
  KubeconfigFile& into = merged.content;
  if (into.current_context.empty()) into.current_context = std::move(content.current_context);
  add_new(into.clusters, std::move(content.clusters));
  add_new(into.users, std::move(content.users));
  add_new(into.contexts, std::move(content.contexts));
  merged.files.push_back(path.string());
  return {};
}

Result<Merged> read_all(std::string_view file) {
  Merged merged;
  if (!file.empty()) {
    NL_TRY(add_file(expand_home(file), merged));
    return merged;
  }
  const char* variable = std::getenv("KUBECONFIG");
  if (variable == nullptr || *variable == '\0') {
    NL_TRY(add_file(expand_home("~/.kube/config"), merged));
    return merged;
  }
  for (const std::string& part : split(variable, ':')) {
    std::error_code ignored;
    if (part.empty() || !fs::exists(part, ignored)) continue;
    NL_TRY(add_file(part, merged));
  }
  if (merged.files.empty()) {
    return fail(api_errors::kubeconfig_missing,
                fmt::format("$KUBECONFIG is \"{}\", and none of these files exists", variable));
  }
  return merged;
}

tl::unexpected<Error> at(const Setting& setting, const ErrorCode& code, std::string message) {
  return fail(Error{.code = code, .message = std::move(message), .place = setting.place});
}

Result<const ContextEntry*> choose_context(const Merged& merged, std::string_view wanted) {
  const KubeconfigFile& content = merged.content;
  std::string files = join(merged.files, ", ");
  std::vector<std::string> names;
  for (const ContextEntry& context : content.contexts) names.push_back(context.name);
  std::string name(wanted.empty() ? std::string_view(content.current_context) : wanted);
  std::vector<std::string> known{names.empty() ? "the kubeconfig has no contexts"
                                               : "contexts: " + join(names, ", ")};
  if (name.empty())
    return fail(api_errors::context_unknown, files + ": the kubeconfig has no current-context", known);
  if (const ContextEntry* context = find(content.contexts, name)) return context;
  Error error{.code = api_errors::context_unknown,
              .message = fmt::format("{}: there is no context \"{}\"", files, name),
              .details = known};
  if (auto close = did_you_mean(name, names)) error.hint = fmt::format("did you mean \"{}\"?", *close);
  return fail(std::move(error));
}

// The bytes of `data` (base64) or of the file; when both are set, `data` is used, as by kubectl. Empty:
// neither is set.
Result<std::string> material(const Setting& data, const Setting& file, std::string_view key) {
  if (data.set()) {
    if (auto bytes = base64_decode(data.text)) return std::move(*bytes);
    return at(data, api_errors::kubeconfig_malformed, fmt::format("{}-data is not base64", key));
  }
  if (!file.set()) return std::string{};
  auto bytes = read_file(file.text, file_limit);
  if (!bytes)
    return at(file, api_errors::kubeconfig_missing, fmt::format("{}: {}", key, bytes.error().message));
  return std::move(*bytes);
}

Result<std::string> pem(const Setting& data, const Setting& file, std::string_view key) {
  NL_ASSIGN(std::string bytes, material(data, file, key));
  if (!bytes.empty() && bytes.find("-----BEGIN ") == std::string::npos) {
    return at(data.set() ? data : file, api_errors::kubeconfig_malformed,
              fmt::format("{} is not PEM text", key));
  }
  return bytes;
}

Status read_cluster(const ClusterEntry& cluster, Kubeconfig& out) {
  if (cluster.insecure.set()) {
    return at(cluster.insecure, api_errors::kubeconfig_unsafe,
              fmt::format("cluster \"{}\" has insecure-skip-tls-verify", cluster.name));
  }
  if (cluster.proxy_url.set()) {
    return at(cluster.proxy_url, api_errors::kubeconfig_unsupported,
              fmt::format("cluster \"{}\" has a proxy-url", cluster.name));
  }
  if (!cluster.server.set()) {
    return fail(api_errors::kubeconfig_malformed,
                fmt::format("{}: cluster \"{}\" has no server", out.file, cluster.name));
  }
  if (cluster.server.text.starts_with("http://")) {
    return at(cluster.server, api_errors::kubeconfig_unsafe,
              fmt::format("the server of cluster \"{}\" is http, without TLS", cluster.name));
  }
  auto address = parse_server_address(cluster.server.text);
  if (!address) {
    return at(cluster.server, api_errors::kubeconfig_unsupported,
              fmt::format("cluster \"{}\": {}", cluster.name, address.error().message));
  }
  out.server = address->url();
  out.tls_server_name = cluster.tls_server_name.text;
  NL_ASSIGN(out.ca, pem(cluster.authority_data, cluster.authority, "certificate-authority"));
  if (!out.ca.empty()) return {};
  return at(cluster.server, api_errors::kubeconfig_unsafe,
            fmt::format("cluster \"{}\" has no certificate-authority", cluster.name));
}

Result<std::string> read_token(const UserEntry& user) {
  if (!user.token_file.set()) return std::string(trim(user.token.text));
  NL_ASSIGN(std::string bytes, material({}, user.token_file, "tokenFile"));
  return std::string(trim(bytes));
}

Result<Credentials> read_credentials(const UserEntry& user, const ExecCluster& cluster, PluginRun how) {
  if (user.unsupported.set()) {
    return at(user.unsupported, api_errors::kubeconfig_unsupported,
              fmt::format("user \"{}\" uses {}", user.name, user.unsupported.text));
  }
  Credentials credentials;
  NL_ASSIGN(credentials.client_certificate,
            pem(user.certificate_data, user.certificate, "client-certificate"));
  NL_ASSIGN(credentials.client_key, pem(user.key_data, user.key, "client-key"));
  NL_ASSIGN(credentials.token, read_token(user));
  if (!user.exec_place.set() || !credentials.token.empty()) return credentials;
  NL_ASSIGN(Credentials given, run_exec_plugin(user.exec, cluster, how));
  credentials.token = std::move(given.token);
  credentials.expires = given.expires;
  if (!given.client_certificate.empty()) {
    credentials.client_certificate = std::move(given.client_certificate);
    credentials.client_key = std::move(given.client_key);
  }
  return credentials;
}

Status check_credentials(const std::string& user, const std::string& file, const Credentials& credentials) {
  auto refuse = [&](const ErrorCode& code, std::string_view what) {
    return fail(code, fmt::format("{}: user \"{}\" {}", file, user, what));
  };
  if (credentials.client_certificate.empty() != credentials.client_key.empty()) {
    return refuse(api_errors::kubeconfig_malformed, "has only one of client-certificate and client-key");
  }
  if (credentials.client_certificate.empty() && credentials.token.empty()) {
    return refuse(api_errors::kubeconfig_unsupported, "has no credentials");
  }
  // An end of line in the token would end the HTTP header and begin another.
  bool plain = std::all_of(credentials.token.begin(), credentials.token.end(),
                           [](char c) { return c > 0x20 && c < 0x7f; });
  if (!plain)
    return refuse(api_errors::kubeconfig_malformed, "has a token with blanks or control characters");
  return {};
}

}  // namespace

Result<Kubeconfig> load_kubeconfig(std::string_view file, std::string_view context) {
  NL_ASSIGN(Merged merged, read_all(file));
  NL_ASSIGN(const ContextEntry* chosen, choose_context(merged, context));
  Kubeconfig out;
  out.file = chosen->place.file.empty() ? merged.files.front() : chosen->place.file;
  out.context = chosen->name;
  auto missing = [&](std::string_view what, const std::string& name) {
    return fail(Error{.code = api_errors::kubeconfig_malformed,
                      .message = fmt::format(R"(the context "{}" names the {} "{}", which does not exist)",
                                             chosen->name, what, name),
                      .place = chosen->place});
  };
  const ClusterEntry* cluster = find(merged.content.clusters, chosen->cluster);
  if (cluster == nullptr) return missing("cluster", chosen->cluster);
  const UserEntry* user = find(merged.content.users, chosen->user);
  if (user == nullptr) return missing("user", chosen->user);
  NL_TRY(read_cluster(*cluster, out));
  ExecCluster exec_cluster{out.server, out.tls_server_name, out.ca};
  NL_ASSIGN(out.credentials, read_credentials(*user, exec_cluster, PluginRun::at_the_start));
  NL_TRY(check_credentials(user->name, out.file, out.credentials));
  out.renewal = std::make_shared<CredentialSource>(
      out.credentials, [user = *user, exec_cluster, file = out.file]() -> Result<Credentials> {
        NL_ASSIGN(Credentials fresh, read_credentials(user, exec_cluster, PluginRun::in_between));
        NL_TRY(check_credentials(user.name, file, fresh));
        return fresh;
      });
  return out;
}

}  // namespace nightlatch::api
