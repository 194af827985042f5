#include "operate/detect.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "access/version.hpp"
#include "cluster/askers.hpp"
#include "operate/header.hpp"
#include "operate/playbooks.hpp"
#include "plan/detect_errors.hpp"
#include "plan/detection.hpp"
#include "plan/kubeadm_config.hpp"
#include "plan/own_address.hpp"
#include "plan/preconditions.hpp"
#include "plan/rewrite.hpp"
#include "util/file.hpp"
#include "util/pool.hpp"
#include "util/shell_quote.hpp"

namespace nightlatch::operate {

namespace {

bool is_unknown(const plan::NodeDetection& node) {
  return node.exposure.state == access::ExposureState::unknown;
}

// A manifest that cannot be read or judged has the reason as its first finding.
Exit exit_of_manifest(const plan::NodeDetection& node) {
  if (!is_unknown(node)) return Exit::done;
  Exit exit = node.findings.empty() ? Exit::coverage : node.findings.front().code.exit;
  return exit == Exit::findings ? Exit::coverage : exit;
}

plan::NodeDetection look_at(const cluster::Session& session, const facts::ClusterFacts& facts,
                            const cluster::Member& member) {
  plan::NodeDetection node = plan::detect(*member.facts);
  if (!node.pod) return node;
  plan::OwnAddress own = plan::own_address(*node.pod, *member.facts, facts);
  if (!own.why_not.empty()) {
    node.findings.push_back(Error{.code = plan_detect_errors::not_asked,
                                  .message = fmt::format("{}: {}", node.name, own.why_not),
                                  .next = std::move(own.next)});
    return node;
  }
  const plan::ApiAddress& address = own.address;
  auto server =
      cluster::ask_node(session, member, {address.host, address.port}, {.tls_name = address.tls_name});
  std::vector<facts::Seen> asked;
  for (const facts::Expectation& question : plan::detect_questions()) asked.push_back(server->ask(question));
  plan::compare_answers(node, std::move(asked));
  if (node.config_sha256.empty() || !session.kubeconfig) return node;
  auto loaded = server->loaded_config_hash();  // an error is no finding: nothing was seen
  if (loaded) plan::compare_loaded(node, loaded->value_or(""));
  return node;
}

// Tries the suggested playbook on the manifest, so that no command is named that would be refused.
void try_playbook(report::DetectReport& report, const spec::Playbook& playbook, std::string_view manifest,
                  const std::string& file, const std::optional<access::Version>& version,
                  std::optional<std::string> config, std::optional<std::string> oidc_ca) {
  plan::RewriteOutcome outcome =
      plan::rewrite({manifest, file, playbook, version, std::move(config), std::move(oidc_ca)});
  if (!outcome.rewrite && !report.refusal) report.refusal = std::move(outcome.refusals.front());
  bool stays = outcome.rewrite && !outcome.rewrite->changed;
  report.has_it_already = report.has_it_already && stays;
}

// A finding's own advice names the playbook as well.
void name_what_works(Error& finding, const report::DetectReport& report) {
  constexpr std::string_view command = "nightlatch plan -p health-only";
  std::string next(finding.next_step());
  std::size_t at = next.find(command);
  if (at == std::string::npos) return;
  if (report.refusal) {
    finding.next = report.refusal->next_step();
  } else if (!report.manifest.empty()) {
    finding.next = next.replace(
        at, command.size(),
        fmt::format("nightlatch rewrite {} -p health-only{}", shell_word(report.manifest), report.options));
  }
}

void name_what_works(report::DetectReport& report) {
  for (Error& finding : report.findings) name_what_works(finding, report);
  for (plan::NodeDetection& node : report.nodes) {
    for (Error& finding : node.findings) name_what_works(finding, report);
  }
}

Result<report::DetectReport> judge(const ManifestInput& input) {
  std::optional<access::Version> version;
  if (!input.kubernetes_version.empty()) {
    NL_ASSIGN(version, access::parse_version(input.kubernetes_version));
  }
  std::optional<std::string> config;
  if (!input.authentication_config.empty()) {
    NL_ASSIGN(config, read_file(input.authentication_config));
  }
  NL_ASSIGN(std::string manifest, read_file(input.manifest));
  std::string name = std::filesystem::path(input.manifest).filename().string();
  report::DetectReport report;
  report.manifest = input.manifest;
  report.nodes.push_back(plan::detect({name, manifest, input.manifest, config, version}));
  NL_ASSIGN(spec::Playbook playbook, load_playbook(report.suggested_playbook));
  if (!input.authentication_config.empty())
    report.options += " --authentication-config " + shell_word(input.authentication_config);
  if (!input.kubernetes_version.empty())
    report.options += " --kubernetes-version " + shell_word(input.kubernetes_version);
  report.has_it_already = true;
  try_playbook(report, playbook, manifest, input.manifest, version, config, std::nullopt);
  name_what_works(report);
  return report;
}

}  // namespace

Outcome<report::DetectReport> detect(Ports& ports, const cluster::Selection& selection) {
  auto session = open_session(ports, selection);
  if (!session) return failed_reading(std::move(session).error());
  std::vector<const cluster::Member*> read;
  for (const cluster::Member& member : session->members) {
    if (member.facts) read.push_back(&member);
  }
  report::DetectReport report;
  report.cluster = header_of(*session);
  const facts::ClusterFacts facts = session->facts();
  report.nodes =
      parallel_map(read, [&](const cluster::Member* member) { return look_at(*session, facts, *member); });
  report.findings = plan::find_drift(report.nodes);
  if (session->cluster.nodes.empty()) {
    report.refusal = plan::no_nodes(session->cluster, facts.api ? &*facts.api : nullptr);
    report.findings.push_back(*report.refusal);
  }
  std::string kubeadm_config = session->api ? session->api->kubeadm_config : std::string();
  for (Error& drift : plan::find_kubeadm_drift(kubeadm_config, report.nodes)) {
    report.findings.push_back(std::move(drift));
  }
  if (auto playbook = load_playbook(report.suggested_playbook)) {
    report.has_it_already = !read.empty();
    for (const cluster::Member* member : read) {
      const facts::NodeFacts& node = *member->facts;
      auto bytes = [](const auto& file) { return file ? std::optional(file->bytes) : std::nullopt; };
      if (!node.manifest_path.empty())
        try_playbook(report, *playbook, node.manifest.bytes, node.manifest_path, std::nullopt,
                     bytes(node.authentication_config), bytes(node.oidc_ca));
    }
    name_what_works(report);
  }
  report.unread = session->errors();
  if (report.cluster.endpoint.empty()) report.cluster.endpoint = session->cluster.endpoint;
  return report;
}

Outcome<report::DetectReport> detect_manifest(const ManifestInput& input) {
  auto report = judge(input);
  if (!report) return failed(std::move(report).error());
  return *std::move(report);
}

Exit exit_of(const report::DetectReport& report) {
  bool is_offline = report.cluster.name.empty();
  if (is_offline) return exit_of_manifest(report.nodes.front());
  if (report.nodes.empty() && report.unread.empty()) return Exit::coverage;
  Exit exit = exit_of_reading(report.unread);
  for (const plan::NodeDetection& node : report.nodes) {
    if (is_unknown(node)) exit = worst({exit, Exit::coverage});
  }
  return exit;
}

}  // namespace nightlatch::operate
