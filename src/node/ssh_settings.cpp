#include "node/ssh_settings.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "node/ssh_options.hpp"
#include "util/text.hpp"
#include "util/user.hpp"

namespace nightlatch::node {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string value_of(const SshOptionValues& values, const std::string& name) {
  auto found = values.find(name);
  return found == values.end() || found->second.empty() ? std::string() : found->second.front();
}

std::string value_or_none(const SshOptionValues& values, const std::string& name) {
  std::string value = value_of(values, name);
  return lower(value) == "none" ? std::string() : value;
}

int number_of(const SshOptionValues& values, const std::string& name) {
  std::string text = value_of(values, name);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool asks_for_nothing(const SshOption& option, const std::string& value) {
  std::vector<std::string> harmless = split(option.harmless, ' ');
  std::vector<std::string> words = split(lower(value), ',');
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return !word.empty() && is_among(word, harmless); });
}

// As ssh does: the user's home is the one of the user database.
std::string without_tilde(const std::string& path) {
  return path.starts_with("~/") ? home_directory() + path.substr(1) : path;
}

// %d, %h and the like in the name of an identity file, which `ssh -G` prints as they were written.
std::string identity_file(const std::string& path, const SshSettings& settings) {
  return with_tokens(path, [&](char token) -> std::optional<std::string> {
    if (token == 'd') return home_directory();
    if (token == 'k') return settings.host_key_alias.empty() ? settings.host : settings.host_key_alias;
    if (token == 'u') return login_name();
    return connection_token(settings, token);
  });
}

std::vector<std::string> files_of(const SshOptionValues& values, const std::string& name) {
  std::vector<std::string> files;
  for (const std::string& file : split(value_of(values, name), ' ')) {
    if (!file.empty() && lower(file) != "none") files.push_back(without_tilde(file));
  }
  return files;
}

// SSH_AUTH_SOCK and $VARIABLE are names of variables (ssh_config(5), IdentityAgent).
std::string agent_of(const SshOptionValues& values) {
  std::string agent = value_of(values, "identityagent");
  if (agent.empty() || agent == "SSH_AUTH_SOCK") return {};
  if (!agent.starts_with('$')) return lower(agent) == "none" ? "none" : without_tilde(agent);
  const char* named = std::getenv(agent.substr(1).c_str());
  return named == nullptr || *named == '\0' ? "none" : named;
}

Status refuse_what_cannot_be_followed(const SshOptionValues& values, const SshOptionValues& defaults,
                                      const std::string& node) {
  std::vector<std::string> why;
  std::string names;
  for (const auto& [name, all] : values) {
    const SshOption* option = find_ssh_option(name);
    if (option == nullptr) {
      auto usual = defaults.find(name);
      if (usual != defaults.end() && usual->second == all) continue;
      why.push_back(
          fmt::format("{} {}: this version of nightlatch does not know the option.", name, join(all, " ")));
    } else if (option->treatment == Treatment::refused && !asks_for_nothing(*option, all.front())) {
      why.push_back(fmt::format("{} {}: {}", option->name, join(all, " "), option->means));
    } else {
      continue;
    }
    names += fmt::format("{}{}", names.empty() ? "" : ", ", option == nullptr ? name : option->name);
  }
  if (why.empty()) return {};
  return fail(cannot_follow(node, names, std::move(why)));
}

std::vector<std::string> what_is_not_followed(const SshOptionValues& values) {
  std::vector<std::string> out;
  for (const auto& [name, all] : values) {
    const SshOption* option = find_ssh_option(name);
    if (option == nullptr || option->treatment != Treatment::stricter) continue;
    if (!asks_for_nothing(*option, all.front()))
      out.push_back(fmt::format("{} {}", option->name, all.front()));
  }
  return out;
}

}  // namespace

std::string with_tokens(std::string_view text,
                        const std::function<std::optional<std::string>(char)>& value_of_token) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 1 == text.size()) {
      out += text[i];
    } else if (char token = text[++i]; token == '%') {
      out += '%';
    } else {
      out += value_of_token(token).value_or(fmt::format("%{}", token));
    }
  }
  return out;
}

std::optional<std::string> connection_token(const SshSettings& settings, char token) {
  if (token == 'h') return settings.host;
  if (token == 'p') return fmt::format("{}", settings.port);
  if (token == 'r') return settings.user;
  return std::nullopt;
}

Error cannot_follow(const std::string& node, std::string_view names, std::vector<std::string> why) {
  return {.code = node_errors::ssh_option_refused,
          .message = fmt::format("{}: the ssh_config sets what nightlatch cannot follow: {}", node, names),
          .details = std::move(why)};
}

bool has_unknown_option(const SshOptionValues& values) {
  return std::any_of(values.begin(), values.end(),
                     [](const auto& entry) { return find_ssh_option(entry.first) == nullptr; });
}

SshOptionValues parse_ssh_options(std::string_view text) {
  SshOptionValues values;
  for (const std::string& line : split(text, '\n')) {
    std::size_t blank = line.find(' ');
    std::string name = lower(std::string_view(line).substr(0, blank));
    if (name.empty() || name == "host") continue;  // what was asked, not an option
    values[name].push_back(blank == std::string::npos ? std::string()
                                                      : std::string(trim(line.substr(blank))));
  }
  return values;
}

Result<SshSettings> settings_of(const SshOptionValues& values, const SshOptionValues& defaults,
                                const std::string& node) {
  NL_TRY(refuse_what_cannot_be_followed(values, defaults, node));
  SshSettings settings;
  settings.host = value_of(values, "hostname");
  settings.port = static_cast<std::uint16_t>(number_of(values, "port"));
  settings.user = value_of(values, "user");
  settings.proxy_command = value_or_none(values, "proxycommand");
  settings.proxy_jump = value_or_none(values, "proxyjump");
  settings.address_family = value_of(values, "addressfamily");
  settings.bind_address = value_of(values, "bindaddress");
  settings.host_key_alias = lower(value_of(values, "hostkeyalias"));
  settings.user_known_hosts = files_of(values, "userknownhostsfile");
  settings.global_known_hosts = files_of(values, "globalknownhostsfile");
  settings.identities_only = value_of(values, "identitiesonly") == "yes";
  settings.identity_agent = agent_of(values);
  settings.ciphers = value_of(values, "ciphers");
  settings.macs = value_of(values, "macs");
  settings.kex_algorithms = value_of(values, "kexalgorithms");
  settings.host_key_algorithms = value_of(values, "hostkeyalgorithms");
  settings.user_key_algorithms = value_of(values, "pubkeyacceptedalgorithms");
  settings.rsa_size = number_of(values, "requiredrsasize");
  if (auto files = values.find("identityfile"); files != values.end()) {
    for (const std::string& file : files->second) {
      if (lower(file) != "none")
        settings.identity_files.push_back(identity_file(without_tilde(file), settings));
    }
  }
  settings.not_followed = what_is_not_followed(values);
  return settings;
}

}  // namespace nightlatch::node
