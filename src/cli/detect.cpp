// nightlatch detect: the nodes of a cluster, or one manifest offline.
#include "operate/detect.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/ports.hpp"
#include "operate/check_access.hpp"
#include "report/error.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string manifest;
  std::string config;
  std::string version;
  bool check_access = false;
};

Exit print(Console& console, const report::DetectReport& report) {
  if (console.json()) {
    console.out.write(report::detect_json(report));
  } else {
    report::write_page(report::page_of(report), console.format(), console.out);
  }
  return operate::exit_of(report);
}

Exit detect_offline(const Arguments& arguments, Console& console) {
  auto report = operate::detect_manifest({.manifest = arguments.manifest,
                                          .authentication_config = arguments.config,
                                          .kubernetes_version = arguments.version});
  if (!report) return console.fail(report.error());
  const plan::NodeDetection& node = report->nodes.front();
  if (!node.pod) {
    Exit exit = operate::exit_of(*report);
    if (exit == Exit::usage || !console.json()) return console.fail(node.findings, exit);
    report::write_errors(console.err, node.findings, exit);
  }
  return print(console, *report);
}

Exit detect_live(Console& console) {
  RealPorts ports(console);
  auto report = operate::detect(ports.get(), console.selection());
  return report ? print(console, *report) : console.fail(report.error());
}

Exit check_access(Console& console) {
  RealPorts ports(console);
  auto report = operate::check_access(ports.get(), console.selection());
  if (!report) return console.fail(report.error());
  if (console.json()) {
    console.out.write(report::access_json(*report));
  } else {
    report::write_page(report::page_of(*report), console.format(), console.out);
  }
  return operate::exit_of(*report);
}

Exit detect(const Arguments& arguments, Console& console) {
  bool is_offline = !arguments.manifest.empty() || !arguments.config.empty() || !arguments.version.empty();
  if (arguments.check_access && is_offline) {
    return console.fail(Error{.code = cli_errors::bad_arguments,
                              .message = "--check-access asks a cluster, and does not go with --manifest"});
  }
  if (arguments.check_access) return check_access(console);
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
      .flag("--check-access", arguments->check_access,
            "Say instead which rights a roll needs on the nodes and at the API, and which are missing")
      .examples({"nightlatch detect", "nightlatch detect -i prod.yaml --check-access",
                 "nightlatch detect --manifest kube-apiserver.yaml"})
      .formats({"md", "html"})
      .run([arguments](Console& console) { return detect(*arguments, console); });
}

}  // namespace nightlatch::cli
