// nightlatch detect: live nodes, or one manifest offline.
#include "report/detect.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "access/version.hpp"
#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/session.hpp"
#include "plan/detection.hpp"
#include "plan/kubeadm_config.hpp"
#include "report/error.hpp"
#include "util/file.hpp"
#include "util/pool.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string manifest;
  std::string config;
  std::string version;
};

Exit finish(Console& console, const report::DetectReport& report, Exit exit) {
  if (console.json()) {
    console.out.write(report::detect_json(report));
  } else {
    report::write_page(report::page_of(report), console.format(), console.out);
  }
  return exit;
}

// A manifest that cannot be read or judged has that as its finding; others do not count (--fail-on never).
Exit exit_of(const plan::NodeDetection& node) {
  if (node.exposure.state != access::ExposureState::unknown) return Exit::done;
  Exit exit = node.findings.empty() ? Exit::coverage : node.findings.front().code.exit;
  return exit == Exit::findings ? Exit::coverage : exit;
}

Exit detect_offline(const Arguments& arguments, Console& console) {
  std::optional<access::Version> version;
  if (!arguments.version.empty()) {
    auto parsed = access::parse_version(arguments.version);
    if (!parsed) return console.fail(parsed.error());
    version = *std::move(parsed);
  }
  std::optional<std::string> config;
  if (!arguments.config.empty()) {
    auto bytes = read_file(arguments.config);
    if (!bytes) return console.fail(bytes.error());
    config = *std::move(bytes);
  }
  auto manifest = read_file(arguments.manifest);
  if (!manifest) return console.fail(manifest.error());
  std::string name = std::filesystem::path(arguments.manifest).filename().string();
  report::DetectReport report;
  report.nodes.push_back(plan::detect({name, *manifest, arguments.manifest, config, version}));
  const plan::NodeDetection& node = report.nodes.front();
  if (!node.pod) {
    Exit exit = exit_of(node);
    if (exit == Exit::usage || !console.json()) return console.fail(node.findings, exit);
    report::write_errors(console.err, node.findings, exit);
  }
  return finish(console, report, exit_of(node));
}

plan::NodeDetection look_at(const Session& session, const Member& member) {
  plan::NodeDetection node = plan::detect(*member.facts);
  if (!node.pod) return node;
  auto asker = ask_node(session, member, plan::api_address(*node.pod, member.facts->host));
  std::vector<facts::Seen> asked;
  for (const facts::Expectation& question : plan::detect_questions()) asked.push_back(asker->ask(question));
  plan::compare_answers(node, std::move(asked));
  if (node.config_sha256.empty() || !session.kubeconfig) return node;
  auto loaded = asker->loaded_config_hash();  // what cannot be asked contradicts nothing
  if (loaded) plan::compare_loaded(node, loaded->value_or(""));
  return node;
}

Exit detect_live(Console& console) {
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_reading({session.error()}));
  std::vector<const Member*> read;
  for (const Member& member : session->members) {
    if (member.facts) read.push_back(&member);
  }
  report::DetectReport report;
  report.cluster = session->header();
  report.nodes = parallel_map(read, [&](const Member* member) { return look_at(*session, *member); });
  report.findings = plan::find_drift(report.nodes);
  for (Error& drift :
       plan::find_kubeadm_drift(session->api ? session->api->kubeadm_config : std::string(), report.nodes)) {
    report.findings.push_back(std::move(drift));
  }
  report.unread = session->errors();
  if (report.cluster.endpoint.empty()) report.cluster.endpoint = session->cluster.endpoint;
  Exit exit = exit_of_reading(report.unread);
  for (const plan::NodeDetection& node : report.nodes) {
    bool unknown = node.exposure.state == access::ExposureState::unknown;
    if (unknown) exit = worst({exit, Exit::coverage});
  }
  return finish(console, report, exit);
}

Exit detect(const Arguments& arguments, Console& console) {
  if (!arguments.manifest.empty()) return detect_offline(arguments, console);
  if (arguments.config.empty() && arguments.version.empty()) return detect_live(console);
  return console.fail(Error{cli_errors::bad_arguments,
                            "--authentication-config and --kubernetes-version belong to --manifest",
                            {},
                            {},
                            {},
                            {}});
}

}  // namespace

void add_detect(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  root.command("detect", "Show how exposed every API server is")
      .option("--manifest", "FILE", arguments->manifest,
              "Judge this manifest offline; no node and no API is asked")
      .option("--authentication-config", "FILE", arguments->config,
              "Read this file as the one that the manifest's flag of this name refers to. Without it the "
              "exposure of such a manifest is unknown")
      .option("--kubernetes-version", "VERSION", arguments->version,
              "Judge by the rules of this version, instead of the version in the image's tag")
      .examples({"nightlatch detect", "nightlatch detect -i prod.yaml -o json",
                 "nightlatch detect --manifest kube-apiserver.yaml"})
      .formats({"md", "html"})
      .run([arguments](Console& console) { return detect(*arguments, console); });
}

}  // namespace nightlatch::cli
