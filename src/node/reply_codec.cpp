#include "node/reply_codec.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "util/hash.hpp"
#include "util/ip_address.hpp"
#include "util/text.hpp"

namespace nightlatch::node {

namespace {

constexpr std::string_view first_line = "nightlatch-reply 1";
constexpr std::string_view last_line = "nightlatch-end";

struct Pair {
  std::string_view key;
  std::string_view value;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

// The pairs between the first and the last line; nothing when either is missing.
std::optional<std::vector<Pair>> pairs_of(std::string_view text) {
  std::vector<Pair> pairs;
  bool inside = false;
  for (std::string_view line : lines_of(text)) {
    if (!inside) {
      inside = line == first_line;
      continue;
    }
    if (line == last_line) return pairs;
    std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) pairs.push_back({line.substr(0, equals), line.substr(equals + 1)});
  }
  return std::nullopt;
}

// Control characters of a hostile node do not reach a terminal.
std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

bool sha256_or_nothing(std::string_view text) {
  return text.empty() || text == "unreadable" ||
         (text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

void read_pod(const Pair& pair, facts::PodView& pod) {
  std::string_view key = pair.key.substr(std::string_view("pod.").size());
  if (key == "sandbox") pod.sandbox = printable(pair.value);
  if (key == "config_hash") pod.config_hash = printable(pair.value);
  if (key == "container") pod.container = printable(pair.value);
  if (key == "restarts") pod.restarts = number<std::int64_t>(pair.value).value_or(0);
  if (key == "running") pod.running = pair.value == "yes";
  if (key == "pid") pod.pid = number<std::int64_t>(pair.value).value_or(0);
  if (key == "process_start") pod.process_start = number<std::int64_t>(pair.value).value_or(0);
  if (key == "exit_code") pod.exit_code = number<int>(pair.value);
}

// False: a word that agent.sh does not say.
bool read_state(const Pair& pair, Reply& reply) {
  if (pair.key == "kind") {
    if (pair.value != "ok" && pair.value != "refused") return false;
    reply.kind = pair.value == "ok" ? ReplyKind::ok : ReplyKind::refused;
  } else if (pair.key == "step") {
    std::optional<Step> step = step_named(pair.value);
    if (!step) return false;
    reply.state.step = *step;
  } else if (pair.key == "epoch") {
    std::optional<std::uint64_t> epoch = number<std::uint64_t>(pair.value);
    if (!epoch) return false;
    reply.state.epoch = *epoch;
  } else if (pair.key == "manifest_sha256") {
    if (!sha256_or_nothing(pair.value)) return false;
    reply.state.manifest_sha256 = pair.value;
  } else if (pair.key == "deadline_in") {
    std::optional<std::int64_t> seconds = number<std::int64_t>(pair.value);
    if (!seconds) return false;
    reply.state.deadline_in = *seconds;
  } else if (pair.key == "note") {
    reply.state.note = printable(pair.value);
  } else if (pair.key == "run") {
    reply.state.run = printable(pair.value);
  } else if (pair.key == "why") {
    reply.why = printable(pair.value);
  } else if (pair.key == "line") {
    if (std::optional<std::string> line = base64_decode(pair.value)) reply.lines.push_back(printable(*line));
  } else if (pair.key == "address") {
    std::optional<std::string> address = canonical_ip(pair.value);
    if (address && !is_loopback_ip(*address)) reply.addresses.push_back(*std::move(address));
  } else if (pair.key.starts_with("pod.")) {
    read_pod(pair, reply.pod);
  }
  return true;
}

Reply lost(std::string why) {
  Reply reply;
  reply.kind = ReplyKind::lost;
  reply.why = std::move(why);
  return reply;
}

Reply reply_of(const std::vector<Pair>& pairs) {
  Reply reply;
  bool answered = false;
  for (const Pair& pair : pairs) {
    if (!read_state(pair, reply))
      return lost("the node's answer has words that are none: " + printable(pair.value.substr(0, 60)));
    answered = answered || pair.key == "kind";
  }
  return answered ? reply : lost("the node's answer says neither ok nor refused");
}

void read_file(std::string_view key, std::string_view value, facts::FileFacts& file) {
  if (key == "path") file.path = printable(value);
  if (key == "owner") file.owner = printable(value);
  if (key == "mode") file.mode = printable(value);
  if (key == "sha256") file.sha256 = printable(value);
  if (key == "bytes") file.bytes = base64_decode(value).value_or("");
}

std::vector<std::string> argv_of(std::string_view encoded) {
  std::vector<std::string> argv = split(base64_decode(encoded).value_or(""), '\0');
  if (!argv.empty() && argv.back().empty()) argv.pop_back();  // the last word ends with a NUL, too
  return argv;
}

facts::NodeRun run_of(std::string_view value) {
  std::vector<std::string> words = split(printable(value), ' ');
  words.resize(4);
  return {words[0], words[1], words[2], words[3]};
}

facts::KubeadmPatch patch_of(std::string_view value) {
  std::string text = printable(value);  // words joined by commas, a blank, the path
  std::size_t blank = std::min(text.find(' '), text.size());
  return {text.substr(std::min(blank + 1, text.size())), split(text.substr(0, blank), ',')};
}

void read_fact(const Pair& pair, facts::NodeFacts& facts) {
  auto [key, value] = pair;
  if (key == "hostname") facts.hostname = printable(value);
  if (key == "machine_id") facts.machine_id = printable(value);
  if (key == "boot_id") facts.boot_id = printable(value);
  if (key == "static_pod_path") facts.static_pod_path = printable(value);
  if (key.starts_with("manifest.")) read_file(key.substr(9), value, facts.manifest);
  if (key == "other_manifest") facts.other_manifests.push_back(printable(value));
  if (key == "stray_file") facts.stray_files.push_back(printable(value));
  if (key.starts_with("authentication_config.")) {
    if (!facts.authentication_config) facts.authentication_config.emplace();
    read_file(key.substr(22), value, *facts.authentication_config);
  }
  if (key.starts_with("oidc_ca.")) {
    if (!facts.oidc_ca) facts.oidc_ca.emplace();
    read_file(key.substr(8), value, *facts.oidc_ca);
  }
  if (key.starts_with("asked_file.")) {
    if (!facts.asked_file) facts.asked_file.emplace();
    read_file(key.substr(11), value, *facts.asked_file);
  }
  if (key == "certificate.path") facts.certificates.emplace_back().path = printable(value);
  if (key == "certificate.bytes" && !facts.certificates.empty())
    facts.certificates.back().bytes = base64_decode(value).value_or("");
  if (key == "missing_path") facts.missing_paths.push_back(printable(value));
  if (key == "ca_sha256") facts.ca_sha256 = printable(value);
  if (key == "argv") facts.running_argv = argv_of(value);
  if (key == "runtime_tool") facts.runtime_tool = printable(value);
  if (key == "image") facts.images.push_back(printable(value));
  if (key == "systemd") facts.systemd = value == "yes";
  if (key == "kubelet_running") facts.kubelet_running = value == "yes";
  if (key == "kubeadm_running") facts.kubeadm_running = value == "yes";
  if (key == "etcd_running") facts.etcd_running = value == "yes";
  if (key == "config_agent") facts.config_agents.push_back(printable(value));
  if (key == "foreign_owner") facts.foreign_owners.push_back(printable(value));
  if (key == "free_bytes") facts.free_bytes = number<std::uint64_t>(value).value_or(0);
  if (key == "clock") facts.clock = number<std::int64_t>(value).value_or(0);
  if (key == "past_run") facts.runs.push_back(run_of(value));
  if (key == "plan_run") facts.plan_run = printable(value);
  if (key == "plan") facts.plan = base64_decode(value).value_or("");
  if (key == "kubeadm_patch") facts.kubeadm_patches.push_back(patch_of(value));
  if (key == "missing_tool") facts.missing_tools.push_back(printable(value));
}

constexpr std::string_view no_whole_answer = "the node gave no whole answer";

}  // namespace

Reply parse_reply(std::string_view text) {
  std::optional<std::vector<Pair>> pairs = pairs_of(text);
  return pairs ? reply_of(*pairs) : lost(std::string(no_whole_answer));
}

FactsReply parse_facts(std::string_view text) {
  FactsReply result;
  std::optional<std::vector<Pair>> pairs = pairs_of(text);
  if (!pairs) {
    result.reply = lost(std::string(no_whole_answer));
    return result;
  }
  result.reply = reply_of(*pairs);
  for (const Pair& pair : *pairs) read_fact(pair, result.facts);
  result.facts.manifest_path = result.facts.manifest.path;
  result.facts.pod = result.reply.pod;
  result.facts.addresses = result.reply.addresses;
  const NodeState& state = result.reply.state;
  if (state.step >= Step::armed && state.step <= Step::soaked)
    result.facts.guard = facts::Guard{state.run, state.deadline_in};
  return result;
}

}  // namespace nightlatch::node
