#include "node/ssh_config.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "util/child.hpp"
#include "util/file.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::node {

namespace {

constexpr std::chrono::seconds longest_look{
    30};  // Match exec runs commands, CanonicalizeHostname asks the DNS
constexpr std::size_t most_text = std::size_t{1} << 20U;
constexpr int most_jumps = 8;

// What ssh says, a line each; the first says what is wrong and where.
std::vector<std::string> lines_said(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string& line : split(text, '\n')) {
    if (std::string_view said = trim(line); !said.empty() && lines.size() < 10)
      lines.emplace_back(said.substr(0, 300));
  }
  if (lines.empty()) lines.emplace_back("nothing");
  return lines;
}

// The words that make every ssh of ours read the same files.
std::vector<std::string> with_config(const Endpoint& endpoint, std::vector<std::string> words) {
  if (endpoint.config.empty()) return words;
  std::string file = endpoint.config == "none" ? "none" : expand_home(endpoint.config).string();
  words.insert(words.end(), {"-F", std::move(file)});
  return words;
}

Result<SshOptionValues> ask_ssh(const Endpoint& endpoint, std::vector<std::string> words) {
  Fd out = memory_file();
  Fd err = memory_file();
  Child child;
  if (int error = child.start(std::move(words), {}, {.out = out.get(), .err = err.get()}); error != 0) {
    return fail(node_errors::ssh_missing, fmt::format("{}: ssh cannot be run: {}", endpoint.node,
                                                      std::generic_category().message(error)));
  }
  std::optional<int> status = child.wait(longest_look);
  std::string file = endpoint.config.empty() ? "~/.ssh/config" : endpoint.config;
  if (!status) {
    return fail(node_errors::ssh_config_unreadable,
                fmt::format("{}: {}: ssh -G did not end within {}", endpoint.node, file,
                            human_duration(longest_look)));
  }
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
    std::vector<std::string> said = lines_said(end_of_file(err, 4096));
    std::string message = fmt::format("{}: {}: ssh -G says: {}", endpoint.node, file, said.front());
    said.erase(said.begin());
    return fail(node_errors::ssh_config_unreadable, std::move(message), std::move(said));
  }
  return parse_ssh_options(end_of_file(out, most_text));
}

Status check_readable(const Endpoint& endpoint) {
  if (endpoint.config.empty() || endpoint.config == "none") return {};
  std::string file = expand_home(endpoint.config).string();
  if (::access(file.c_str(), R_OK) == 0) return {};
  return fail(node_errors::ssh_config_unreadable, fmt::format("{}: {} cannot be read", endpoint.node, file));
}

// [user@]host[:port], the host in brackets where it is an IPv6 address, or the same as ssh://…
struct Hop {
  std::string user;  // empty: as the ssh_config says
  std::string host;
  std::string port;
};

Hop parse_hop(std::string_view text) {
  if (text.starts_with("ssh://")) text.remove_prefix(6);
  Hop hop;
  if (std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    hop.user = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    hop.port = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (bracket != std::string_view::npos) text = text.substr(1, bracket - 1);
  hop.host = text;
  return hop;
}

std::vector<std::string> words_for(const Hop& hop, std::vector<std::string> words) {
  if (!hop.user.empty()) words.insert(words.end(), {"-l", hop.user});
  if (!hop.port.empty()) words.insert(words.end(), {"-p", hop.port});
  words.insert(words.end(), {"--", hop.host});
  return words;
}

// A text in which ssh finds no token of its own.
std::string without_tokens(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '%' ? "%%" : std::string(1, c);
  return out;
}

constexpr const char* where_to = "[%h]:%p";  // ssh puts in where its own connection goes

// As a ProxyCommand of another ssh.
std::string command_of(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out += out.empty() ? "" : " ";
    out += shell_quote(word == where_to ? word : without_tokens(word));
  }
  return out;
}

// The ssh that connects to the last of these hosts, through those before it, and from there to `target`.
Result<std::vector<std::string>> jump_words(std::vector<std::string> hops, const std::string& target,
                                            const Endpoint& endpoint, int depth) {
  if (depth > most_jumps) {
    return fail(
        node_errors::ssh_proxy_failed,
        fmt::format("{}: ProxyJump of the ssh_config leads through more than {} hosts, or in a circle",
                    endpoint.node, most_jumps));
  }
  Hop last = parse_hop(hops.back());
  hops.pop_back();
  if (hops.empty()) {  // the ssh_config may say how to get to the first
    NL_ASSIGN(SshOptionValues values,
              ask_ssh(endpoint, words_for(last, with_config(endpoint, {"ssh", "-G"}))));
    if (auto jump = values.find("proxyjump"); jump != values.end() && jump->second.front() != "none") {
      hops = split(jump->second.front(), ',');
    }
  }
  std::vector<std::string> words =
      with_config(endpoint, {"ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"});
  if (!hops.empty()) {
    NL_ASSIGN(std::vector<std::string> before, jump_words(std::move(hops), where_to, endpoint, depth + 1));
    words.insert(words.end(), {"-o", "ProxyCommand=" + command_of(before)});
  }
  words.insert(words.end(), {"-W", target});
  return words_for(last, std::move(words));
}

// With the tokens that ssh_config(5) names for ProxyCommand.
Result<std::string> expanded(const SshSettings& settings, const Endpoint& endpoint) {
  std::optional<char> unknown;
  std::string out = with_tokens(settings.proxy_command, [&](char token) -> std::optional<std::string> {
    if (token == 'n') return endpoint.host;
    std::optional<std::string> value = connection_token(settings, token);
    if (!value && !unknown) unknown = token;
    return value;
  });
  if (!unknown) return out;
  return fail(
      node_errors::ssh_proxy_failed,
      fmt::format("{}: ProxyCommand of the ssh_config has the unknown token %{}", endpoint.node, *unknown));
}

}  // namespace

Result<SshSettings> read_ssh_config(const Endpoint& endpoint) {
  NL_TRY(check_readable(endpoint));
  std::vector<std::string> words = with_config(endpoint, {"ssh", "-G"});
  if (!endpoint.user.empty()) words.insert(words.end(), {"-l", endpoint.user});
  if (endpoint.port != 22) words.insert(words.end(), {"-p", fmt::format("{}", endpoint.port)});
  words.insert(words.end(), {"--", endpoint.host});
  NL_ASSIGN(SshOptionValues values, ask_ssh(endpoint, std::move(words)));
  SshOptionValues defaults;
  if (has_unknown_option(values)) {
    NL_ASSIGN(defaults, ask_ssh(endpoint, {"ssh", "-G", "-F", "none", "--", endpoint.host}));
  }
  NL_ASSIGN(SshSettings settings, settings_of(values, defaults, endpoint.node));
  if (!endpoint.known_hosts.empty()) {
    settings.user_known_hosts = {expand_home(endpoint.known_hosts).string()};
  }
  return settings;
}

Result<std::vector<std::string>> proxy_words(const SshSettings& settings, const Endpoint& endpoint) {
  if (!settings.proxy_jump.empty()) {
    return jump_words(split(settings.proxy_jump, ','), fmt::format("[{}]:{}", settings.host, settings.port),
                      endpoint, 1);
  }
  if (settings.proxy_command.empty()) return std::vector<std::string>{};
  NL_ASSIGN(std::string command, expanded(settings, endpoint));
  const char* shell = std::getenv("SHELL");
  return std::vector<std::string>{shell == nullptr || *shell == '\0' ? "/bin/sh" : shell, "-c",
                                  "exec " + command};
}

}  // namespace nightlatch::node
