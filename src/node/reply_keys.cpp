#include "node/reply_keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "facts/run_id.hpp"
#include "util/certificate.hpp"
#include "util/hash.hpp"
#include "util/ip_address.hpp"
#include "util/text.hpp"

namespace nightlatch::node {

namespace {

using facts::FileFacts;
using facts::NodeFacts;
using facts::Obstacle;
using facts::PodView;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// --- the node's state: with a value that the script never prints, the reply counts as lost --------------

bool read_kind(std::string_view value, FactsReply& into) {
  if (value != "ok" && value != "refused") return false;
  into.reply.kind = value == "ok" ? ReplyKind::ok : ReplyKind::refused;
  return true;
}

bool read_step(std::string_view value, FactsReply& into) {
  std::optional<Step> step = facts::protocol_step_named(value);
  if (step) into.reply.state.step = *step;
  return step.has_value();
}

bool read_epoch(std::string_view value, FactsReply& into) {
  auto epoch = number<std::uint64_t>(value);
  if (epoch) into.reply.state.epoch = *epoch;
  return epoch.has_value();
}

bool read_deadline(std::string_view value, FactsReply& into) {
  auto seconds = number<std::int64_t>(value);
  if (seconds) into.reply.state.deadline_in = *seconds;
  return seconds.has_value();
}

// Empty: the file is missing. "unreadable": sha256sum could not read it.
bool read_manifest_hash(std::string_view value, FactsReply& into) {
  if (!is_sha256_hex(value) && !value.empty() && value != "unreadable") return false;
  into.reply.state.manifest_sha256 = value;
  return true;
}

template <auto Member>
bool state_text(std::string_view value, FactsReply& into) {
  into.reply.state.*Member = printable(value);
  return true;
}

// Empty: no run was ever staged there.
bool read_run(std::string_view value, FactsReply& into) {
  if (!value.empty() && !facts::is_run_id(value)) return false;
  into.reply.state.run = value;
  return true;
}

bool read_why(std::string_view value, FactsReply& into) {
  into.reply.why = printable(value);
  return true;
}

bool read_line(std::string_view value, FactsReply& into) {
  if (auto line = base64_decode(value)) into.reply.lines.push_back(printable(*line));
  return true;
}

bool read_address(std::string_view value, FactsReply& into) {
  auto address = canonical_ip(value);
  if (address && !is_loopback_ip(*address)) into.reply.addresses.push_back(*std::move(address));
  return true;
}

// --- the API server's pod: an unreadable value counts as absent ------------------------------------------

template <auto Member>
bool pod_text(std::string_view value, FactsReply& into) {
  into.reply.pod.*Member = printable(value);
  return true;
}

template <auto Member>
bool pod_number(std::string_view value, FactsReply& into) {
  into.reply.pod.*Member = number<std::int64_t>(value).value_or(0);
  return true;
}

bool read_running(std::string_view value, FactsReply& into) {
  into.reply.pod.running = value == "yes";
  return true;
}

bool read_exit_code(std::string_view value, FactsReply& into) {
  into.reply.pod.exit_code = number<int>(value);
  return true;
}

// --- facts: an unreadable value counts as absent ---------------------------------------------------------

template <auto Member>
bool text(std::string_view value, FactsReply& into) {
  into.facts.*Member = printable(value);
  return true;
}

// One line of the reply for each item.
template <auto Member>
bool item(std::string_view value, FactsReply& into) {
  (into.facts.*Member).push_back(printable(value));
  return true;
}

// The script prints "yes" and leaves the line out for no.
template <auto Member>
bool yes(std::string_view value, FactsReply& into) {
  into.facts.*Member = value == "yes";
  return true;
}

template <auto Member>
bool count(std::string_view value, FactsReply& into) {
  using Number = std::remove_reference_t<decltype(into.facts.*Member)>;
  into.facts.*Member = number<Number>(value).value_or(0);
  return true;
}

FileFacts& file_of(FileFacts& file) {
  return file;
}
FileFacts& file_of(std::optional<FileFacts>& file) {
  return file ? *file : file.emplace();
}

template <auto File, auto Member>
bool file_text(std::string_view value, FactsReply& into) {
  file_of(into.facts.*File).*Member = printable(value);
  return true;
}

template <auto File>
bool file_bytes(std::string_view value, FactsReply& into) {
  file_of(into.facts.*File).bytes = base64_decode(value).value_or("");
  return true;
}

bool read_certificate_path(std::string_view value, FactsReply& into) {
  into.facts.certificates.emplace_back().path = printable(value);
  return true;
}

// The bytes of the certificate whose path came last.
bool read_certificate_bytes(std::string_view value, FactsReply& into) {
  if (!into.facts.certificates.empty())
    into.facts.certificates.back().bytes = base64_decode(value).value_or("");
  return true;
}

bool read_input_path(std::string_view value, FactsReply& into) {
  into.facts.inputs.emplace_back().path = printable(value);
  return true;
}

// Of the input whose path came last.
bool read_input_changed(std::string_view value, FactsReply& into) {
  if (!into.facts.inputs.empty()) into.facts.inputs.back().changed = number<std::int64_t>(value).value_or(0);
  return true;
}

bool read_input_pem(std::string_view value, FactsReply& into) {
  if (!into.facts.inputs.empty() && !value.empty())
    into.facts.inputs.back().pem = split(printable(value), ',');
  return true;
}

bool read_input_yaml(std::string_view value, FactsReply& into) {
  if (!into.facts.inputs.empty()) into.facts.inputs.back().yaml = base64_decode(value);
  return true;
}

bool read_ca(std::string_view value, FactsReply& into) {
  into.facts.ca = certificates_in(base64_decode(value).value_or(""));
  return true;
}

template <auto Member>
bool obstacle_text(std::string_view value, FactsReply& into) {
  if (!into.facts.obstacle) into.facts.obstacle.emplace();
  (*into.facts.obstacle).*Member = printable(value);
  return true;
}

// /proc/PID/cmdline ends its last word with a NUL, too.
bool read_argv(std::string_view value, FactsReply& into) {
  std::vector<std::string> argv = split(base64_decode(value).value_or(""), '\0');
  if (!argv.empty() && argv.back().empty()) argv.pop_back();
  into.facts.running_argv = std::move(argv);
  return true;
}

// "RUN STEP TIME NOTE"; what is missing at the end is empty. A directory that no run can have made is no run.
bool read_past_run(std::string_view value, FactsReply& into) {
  std::vector<std::string> words = split(printable(value), ' ');
  words.resize(4);
  if (!facts::is_run_id(words[0])) return true;
  into.facts.runs.push_back({.run = words[0], .step = words[1], .time = words[2], .note = words[3]});
  return true;
}

// "NAME,NAME PATH"
bool read_kubeadm_patch(std::string_view value, FactsReply& into) {
  std::string line = printable(value);
  std::size_t blank = std::min(line.find(' '), line.size());
  into.facts.kubeadm_patches.push_back(
      {.path = line.substr(std::min(blank + 1, line.size())), .names = split(line.substr(0, blank), ',')});
  return true;
}

// "NAME STARTER"
bool read_config_job(std::string_view value, FactsReply& into) {
  std::string line = printable(value);
  std::size_t blank = std::min(line.find(' '), line.size());
  into.facts.config_jobs.push_back(
      {.name = line.substr(0, blank), .starter = line.substr(std::min(blank + 1, line.size()))});
  return true;
}

bool read_plan_run(std::string_view value, FactsReply& into) {
  if (facts::is_run_id(value)) into.facts.plan_run = value;
  return true;
}

bool read_plan(std::string_view value, FactsReply& into) {
  into.facts.plan = base64_decode(value).value_or("");
  return true;
}

bool read_manifest_backup(std::string_view value, FactsReply& into) {
  into.facts.manifest_backup = base64_decode(value).value_or("");
  return true;
}

constexpr std::array keys{
    ReplyKey{"kind", read_kind},
    ReplyKey{"why", read_why},
    ReplyKey{"step", read_step},
    ReplyKey{"run", read_run},
    ReplyKey{"epoch", read_epoch},
    ReplyKey{"manifest_sha256", read_manifest_hash},
    ReplyKey{"note", state_text<&NodeState::note>},
    ReplyKey{"deadline_in", read_deadline},
    ReplyKey{"line", read_line},
    ReplyKey{"address", read_address},

    ReplyKey{"pod.sandbox", pod_text<&PodView::sandbox>},
    ReplyKey{"pod.config_hash", pod_text<&PodView::config_hash>},
    ReplyKey{"pod.container", pod_text<&PodView::container>},
    ReplyKey{"pod.restarts", pod_number<&PodView::restarts>},
    ReplyKey{"pod.running", read_running},
    ReplyKey{"pod.pid", pod_number<&PodView::pid>},
    ReplyKey{"pod.process_start", pod_number<&PodView::process_start>},
    ReplyKey{"pod.exit_code", read_exit_code},

    ReplyKey{"hostname", text<&NodeFacts::hostname>},
    ReplyKey{"machine_id", text<&NodeFacts::machine_id>},
    ReplyKey{"boot_id", text<&NodeFacts::boot_id>},
    ReplyKey{"static_pod_path", text<&NodeFacts::static_pod_path>},
    ReplyKey{"other_manifest", item<&NodeFacts::other_manifests>},
    ReplyKey{"stray_file", item<&NodeFacts::stray_files>},

    ReplyKey{"manifest.path", file_text<&NodeFacts::manifest, &FileFacts::path>},
    ReplyKey{"manifest.owner", file_text<&NodeFacts::manifest, &FileFacts::owner>},
    ReplyKey{"manifest.mode", file_text<&NodeFacts::manifest, &FileFacts::mode>},
    ReplyKey{"manifest.sha256", file_text<&NodeFacts::manifest, &FileFacts::sha256>},
    ReplyKey{"manifest.bytes", file_bytes<&NodeFacts::manifest>},
    ReplyKey{"authentication_config.path", file_text<&NodeFacts::authentication_config, &FileFacts::path>},
    ReplyKey{"authentication_config.owner", file_text<&NodeFacts::authentication_config, &FileFacts::owner>},
    ReplyKey{"authentication_config.mode", file_text<&NodeFacts::authentication_config, &FileFacts::mode>},
    ReplyKey{"authentication_config.sha256",
             file_text<&NodeFacts::authentication_config, &FileFacts::sha256>},
    ReplyKey{"authentication_config.bytes", file_bytes<&NodeFacts::authentication_config>},
    ReplyKey{"oidc_ca.path", file_text<&NodeFacts::oidc_ca, &FileFacts::path>},
    ReplyKey{"oidc_ca.owner", file_text<&NodeFacts::oidc_ca, &FileFacts::owner>},
    ReplyKey{"oidc_ca.mode", file_text<&NodeFacts::oidc_ca, &FileFacts::mode>},
    ReplyKey{"oidc_ca.sha256", file_text<&NodeFacts::oidc_ca, &FileFacts::sha256>},
    ReplyKey{"oidc_ca.bytes", file_bytes<&NodeFacts::oidc_ca>},
    ReplyKey{"asked_file.path", file_text<&NodeFacts::asked_file, &FileFacts::path>},
    ReplyKey{"asked_file.owner", file_text<&NodeFacts::asked_file, &FileFacts::owner>},
    ReplyKey{"asked_file.mode", file_text<&NodeFacts::asked_file, &FileFacts::mode>},
    ReplyKey{"asked_file.sha256", file_text<&NodeFacts::asked_file, &FileFacts::sha256>},
    ReplyKey{"asked_file.bytes", file_bytes<&NodeFacts::asked_file>},
    ReplyKey{"certificate.path", read_certificate_path},
    ReplyKey{"certificate.bytes", read_certificate_bytes},
    ReplyKey{"missing_path", item<&NodeFacts::missing_paths>},
    ReplyKey{"input.path", read_input_path},
    ReplyKey{"input.changed", read_input_changed},
    ReplyKey{"input.pem", read_input_pem},
    ReplyKey{"input.yaml", read_input_yaml},
    ReplyKey{"obstacle.kind", obstacle_text<&Obstacle::kind>},
    ReplyKey{"obstacle.path", obstacle_text<&Obstacle::path>},
    ReplyKey{"obstacle.why", obstacle_text<&Obstacle::why>},
    ReplyKey{"ca.path", text<&NodeFacts::ca_path>},
    ReplyKey{"ca.bytes", read_ca},

    ReplyKey{"argv", read_argv},
    ReplyKey{"process_began", count<&NodeFacts::process_began>},
    ReplyKey{"runtime_tool", text<&NodeFacts::runtime_tool>},
    ReplyKey{"image", item<&NodeFacts::images>},
    ReplyKey{"systemd", yes<&NodeFacts::systemd>},
    ReplyKey{"kubelet_running", yes<&NodeFacts::kubelet_running>},
    ReplyKey{"kubeadm_running", yes<&NodeFacts::kubeadm_running>},
    ReplyKey{"etcd_running", yes<&NodeFacts::etcd_running>},
    ReplyKey{"config_agent", item<&NodeFacts::config_agents>},
    ReplyKey{"config_job", read_config_job},
    ReplyKey{"reboot_required", text<&NodeFacts::reboot_required>},
    ReplyKey{"kured_running", yes<&NodeFacts::kured_running>},
    ReplyKey{"foreign_owner", item<&NodeFacts::foreign_owners>},
    ReplyKey{"kubeadm_patch", read_kubeadm_patch},
    ReplyKey{"free_bytes", count<&NodeFacts::free_bytes>},
    ReplyKey{"clock", count<&NodeFacts::clock>},
    ReplyKey{"past_run", read_past_run},
    ReplyKey{"plan_run", read_plan_run},
    ReplyKey{"plan", read_plan},
    ReplyKey{"manifest_backup", read_manifest_backup},
    ReplyKey{"missing_tool", item<&NodeFacts::missing_tools>},
};

}  // namespace

std::span<const ReplyKey> reply_keys() {
  return keys;
}

const ReplyKey* find_reply_key(std::string_view name) {
  const auto* found =
      std::find_if(keys.begin(), keys.end(), [&](const ReplyKey& key) { return key.name == name; });
  return found == keys.end() ? nullptr : found;
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

}  // namespace nightlatch::node
