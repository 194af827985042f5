#include "operate/detect.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "access/version.hpp"
#include "cluster/askers.hpp"
#include "operate/header.hpp"
#include "plan/detect_errors.hpp"
#include "plan/detection.hpp"
#include "plan/kubeadm_config.hpp"
#include "plan/own_address.hpp"
#include "util/file.hpp"
#include "util/pool.hpp"

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
  std::string kubeadm_config = session->api ? session->api->kubeadm_config : std::string();
  for (Error& drift : plan::find_kubeadm_drift(kubeadm_config, report.nodes)) {
    report.findings.push_back(std::move(drift));
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
  Exit exit = exit_of_reading(report.unread);
  for (const plan::NodeDetection& node : report.nodes) {
    if (is_unknown(node)) exit = worst({exit, Exit::coverage});
  }
  return exit;
}

}  // namespace nightlatch::operate
