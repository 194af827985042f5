#include "api/exec_plugin.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/errors.hpp"
#include "util/child.hpp"
#include "util/fd.hpp"
#include "util/hash.hpp"
#include "util/masked.hpp"
#include "util/text.hpp"

namespace nightlatch::api {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

constexpr std::size_t output_limit = 1U << 20U;
constexpr std::chrono::milliseconds poll_interval{20};  // between two checks whether the plugin has ended

tl::unexpected<Error> failed(const ExecPlugin& plugin, std::string_view what) {
  Error error{.code = api_errors::exec_plugin_failed,
              .message = fmt::format("exec plugin \"{}\": {}", plugin.command, what)};
  if (!plugin.install_hint.empty()) error.details.push_back(plugin.install_hint);
  return fail(std::move(error));
}

Status check(const ExecPlugin& plugin) {
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    return failed(plugin, fmt::format("apiVersion \"{}\" is not client.authentication.k8s.io/v1 or v1beta1",
                                      plugin.api_version));
  }
  if (plugin.interactive_mode == "Always")
    return failed(plugin, "it needs a terminal (interactiveMode: Always), which nightlatch does not give it");
  return {};
}

std::string exec_info(const ExecPlugin& plugin, const ExecCluster& cluster) {
  Json spec{{"interactive", false}};
  if (plugin.provide_cluster_info) {
    spec["cluster"] = {{"server", cluster.server}, {"certificate-authority-data", base64_encode(cluster.ca)}};
    if (!cluster.tls_server_name.empty()) spec["cluster"]["tls-server-name"] = cluster.tls_server_name;
  }
  return Json{{"apiVersion", plugin.api_version}, {"kind", "ExecCredential"}, {"spec", spec}}.dump(
      -1, ' ', true, Json::error_handler_t::replace);
}

std::vector<std::string> environment(const ExecPlugin& plugin, const ExecCluster& cluster) {
  std::vector<std::pair<std::string, std::string>> added = plugin.environment;
  added.emplace_back("KUBERNETES_EXEC_INFO", exec_info(plugin, cluster));
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view name(*entry, std::strcspn(*entry, "="));
    bool replaced = false;
    for (const auto& [key, value] : added) replaced = replaced || key == name;
    if (!replaced) out.emplace_back(*entry);
  }
  for (const auto& [key, value] : added) out.push_back(fmt::format("{}={}", key, value));
  return out;
}

// Appends the bytes that arrive within poll_interval. False at the end of the stream or beyond output_limit.
bool drain(const Fd& fd, std::string& out) {
  pollfd ready{fd.get(), POLLIN, 0};
  if (::poll(&ready, 1, static_cast<int>(poll_interval.count())) <= 0) return true;
  std::array<char, 65536> buffer{};
  ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  out.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 && out.size() <= output_limit;
}

// What a plugin said last, tokens masked and cut to a line of a screen; empty: nothing.
std::string last_words(const Fd& file) {
  constexpr std::size_t longest = 200;
  std::string line = last_line(file);
  return masked(std::string_view(line).substr(0, longest));
}

Result<std::string> run(const ExecPlugin& plugin, const ExecCluster& cluster, PluginRun how,
                        std::chrono::milliseconds limit) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed(plugin, std::generic_category().message(errno));
  Fd reader(ends[0]);
  Fd writer(ends[1]);
  std::vector<std::string> words{plugin.command};
  words.insert(words.end(), plugin.arguments.begin(), plugin.arguments.end());

  Child child;
  Fd said;
  if (how == PluginRun::in_between) said = memory_file();
  auto with_words = [&](std::string what) {
    std::string line = said.valid() ? last_words(said) : std::string{};
    return line.empty() ? what : fmt::format("{}: {}", what, line);
  };
  if (int error = child.start(words, environment(plugin, cluster), {.out = writer.get(), .err = said.get()});
      error != 0) {
    return failed(plugin, std::generic_category().message(error));
  }
  writer.reset();

  std::string out;
  bool open = true;
  const auto deadline = Clock::now() + limit;
  while (Clock::now() < deadline) {
    if (open) open = drain(reader, out);
    if (out.size() > output_limit) return failed(plugin, "it printed more than 1 MiB");
    if (auto status = child.ended()) {
      while (open && out.size() <= output_limit) open = drain(reader, out);
      if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return out;
      return failed(plugin, with_words(WIFEXITED(*status)
                                           ? fmt::format("it ended with exit status {}", WEXITSTATUS(*status))
                                           : fmt::format("it was ended by signal {}", WTERMSIG(*status))));
    }
    if (!open) std::this_thread::sleep_for(poll_interval);
  }
  return failed(plugin, with_words(fmt::format("it did not end within {}", human_duration(limit))));
}

std::string text(const Json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Result<Credentials> parse(const ExecPlugin& plugin, const std::string& output) {
  Json answer = Json::parse(output, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object() || text(answer, "kind") != "ExecCredential") {
    return failed(plugin, "its output is not an ExecCredential");
  }
  if (text(answer, "apiVersion") != plugin.api_version) {
    return failed(plugin, fmt::format("the apiVersion of its output is not {}", plugin.api_version));
  }
  auto status = answer.find("status");
  if (status == answer.end() || !status->is_object()) return failed(plugin, "its output has no status");
  Credentials credentials{.client_certificate = text(*status, "clientCertificateData"),
                          .client_key = text(*status, "clientKeyData"),
                          .token = text(*status, "token"),
                          .expires = parse_utc_timestamp(text(*status, "expirationTimestamp"))};
  if (credentials.client_certificate.empty() != credentials.client_key.empty()) {
    return failed(plugin, "its output has only one of clientCertificateData and clientKeyData");
  }
  if (credentials.client_certificate.empty() && credentials.token.empty()) {
    return failed(plugin, "its output has neither a token nor a client certificate");
  }
  return credentials;
}

}  // namespace

Result<Credentials> run_exec_plugin(const ExecPlugin& plugin, const ExecCluster& cluster, PluginRun how,
                                    std::chrono::milliseconds limit) {
  NL_TRY(check(plugin));
  NL_ASSIGN(std::string output, run(plugin, cluster, how, limit));
  return parse(plugin, output);
}

Result<Credentials> run_exec_plugin(const ExecPlugin& plugin, const ExecCluster& cluster, PluginRun how) {
  return run_exec_plugin(plugin, cluster, how,
                         std::chrono::seconds(how == PluginRun::at_the_start ? 30 : 10));
}

}  // namespace nightlatch::api
