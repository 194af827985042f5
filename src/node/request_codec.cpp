#include "node/request_codec.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "facts/run_id.hpp"
#include "util/hash.hpp"

namespace nightlatch::embedded {
extern const std::string_view agent_sh;
}

namespace nightlatch::node {

namespace {

// One line of a here-document. A value with an end of line would become another parameter, so it is left out.
void add_parameter(std::string& text, std::string_view key, std::string_view value) {
  if (value.empty() || value.find_first_of("\n\r") != std::string_view::npos) return;
  fmt::format_to(std::back_inserter(text), "{}={}\n", key, value);
}

// A part of a request beside the script: what a function of that name prints there.
struct Part {
  std::string_view function;
  std::string lines;
};

Part payload(std::string_view function, std::string_view bytes) {
  Part part{function, {}};
  for (const std::string& line : base64_lines(bytes)) part.lines.append(line) += '\n';
  return part;
}

// In braces, so that a line of which only a part has arrived is a syntax error and runs nothing.
constexpr std::string_view start_line = "{ nl_main \"$@\"; exit; } </dev/null\n";

Part parameters(const Request& request) {
  std::string text;
  add_parameter(text, "manifest", request.manifest_path);
  add_parameter(text, "before", request.before_sha256);
  add_parameter(text, "after", request.after_sha256);
  switch (request.verb) {
    case Verb::place:
      add_parameter(text, "config", request.config_path);
      add_parameter(text, "config_sha256", sha256_hex(request.config));
      add_parameter(text, "config_owner", request.config_owner);
      add_parameter(text, "config_mode", request.config_mode);
      break;
    case Verb::stage:
      add_parameter(text, "agent_sha256", sha256_hex(embedded::agent_sh));
      break;
    case Verb::arm:
      add_parameter(text, "lease", fmt::format("{}", request.lease.count()));
      add_parameter(text, "ceiling", fmt::format("{}", request.ceiling.count()));
      break;
    case Verb::renew:
      add_parameter(text, "lease", fmt::format("{}", request.lease.count()));
      break;
    case Verb::mark:
      add_parameter(text, "to", name(request.to));
      break;
    case Verb::confirm:
      if (!request.kubeadm_names) break;
      add_parameter(text, "named", "known");
      for (const std::string& path : *request.kubeadm_names) add_parameter(text, "named", path);
      break;
    case Verb::state:
      if (request.addresses) add_parameter(text, "addresses", "yes");
      if (!request.pod) add_parameter(text, "look", "files");
      break;
    case Verb::await:
      add_parameter(text, "pod", request.known_pod);
      add_parameter(text, "wait", fmt::format("{}", request.wait.count()));
      break;
    default:
      break;
  }
  return {"nl_params", std::move(text)};
}

std::vector<Part> parts_of(const Request& request) {
  std::vector<Part> parts{parameters(request)};
  if (request.verb == Verb::place) parts.push_back(payload("nl_config", request.config));
  if (request.verb == Verb::stage) {
    parts.push_back(payload("nl_manifest_after", request.manifest_after));
    parts.push_back(payload("nl_plan", request.plan));
    parts.push_back(payload("nl_agent", embedded::agent_sh));
  }
  if (request.verb == Verb::restore && !request.manifest_before.empty())
    parts.push_back(payload("nl_manifest_before", request.manifest_before));
  return parts;
}

std::vector<Part> parts_of(const FactsRequest& wanted) {
  std::string text;
  add_parameter(text, "config", wanted.asked_file);
  if (wanted.trial == SwapTrial::yes) add_parameter(text, "trial", "yes");
  if (text.empty()) return {};
  return {{"nl_params", std::move(text)}};
}

// For /bin/sh: functions, the script, and the line that starts it.
std::string for_shell(const std::vector<Part>& parts) {
  std::string text;
  for (const Part& part : parts)
    text += fmt::format("{}() {{\ncat <<'NIGHTLATCH'\n{}NIGHTLATCH\n}}\n", part.function, part.lines);
  text += embedded::agent_sh;
  text += start_line;
  return text;
}

// For the wrapper (templates/node/wrapper.sh), which has the script itself and gives it to the guard.
std::string for_wrapper(const std::vector<Part>& parts) {
  std::string text = "nightlatch-request 1\n";
  auto add = [&](std::string_view name, std::string_view lines) {
    fmt::format_to(std::back_inserter(text), "part {} {}\n{}", name,
                   std::count(lines.begin(), lines.end(), '\n'), lines);
  };
  for (const Part& part : parts) {
    if (part.function != "nl_agent") add(part.function, part.lines);
  }
  add("script", embedded::agent_sh);
  return text + "nightlatch-request-end\n";
}

std::string written(const std::vector<Part>& parts, ScriptReader reader) {
  return reader == ScriptReader::wrapper ? for_wrapper(parts) : for_shell(parts);
}

}  // namespace

std::string script_words(const Request& request) {
  return fmt::format("{} {} {}", name(request.verb), facts::is_run_id(request.run) ? request.run : "-",
                     request.epoch);
}

std::string script_input(const Request& request, ScriptReader reader) {
  return written(parts_of(request), reader);
}

std::string facts_input(const FactsRequest& wanted, ScriptReader reader) {
  return written(parts_of(wanted), reader);
}

std::string script_hash() {
  return sha256_hex(embedded::agent_sh);
}

}  // namespace nightlatch::node
