// nightlatch rewrite MANIFEST -p PLAYBOOK
#include "operate/rewrite.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "report/error.hpp"
#include "report/rewrite.hpp"
#include "util/clock.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string manifest;
  std::string playbook;
  std::string version;
  std::string config;
  std::string oidc_ca;
  std::string kubeadm;
  std::string directory;
};

Exit refuse(Console& console, const report::RewriteReport& report, Exit exit) {
  if (!console.json() || exit == Exit::usage) return console.fail(report.outcome.refusals, exit);
  report::write_errors(console.err, report.outcome.refusals, exit);
  console.out.write(report::rewrite_json(report));
  return exit;
}

Exit rewrite(const Arguments& arguments, Console& console) {
  auto report = operate::rewrite({.manifest = arguments.manifest,
                                  .playbook = arguments.playbook,
                                  .kubernetes_version = arguments.version,
                                  .authentication_config = arguments.config,
                                  .oidc_ca_file = arguments.oidc_ca,
                                  .kubeadm_config = arguments.kubeadm,
                                  .directory = arguments.directory,
                                  .today = utc_timestamp(wall_clock()).substr(0, 10)});
  if (!report) return console.fail(report.error());
  Exit exit = operate::exit_of(*report);
  if (exit != Exit::done) return refuse(console, *report, exit);
  if (console.json()) {
    console.out.write(report::rewrite_json(*report));
    return exit;
  }
  if (arguments.directory.empty()) report::write_diff(console.out, report->diff);
  report::write_summary(console.err, *report);
  return exit;
}

}  // namespace

void add_rewrite(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  root.command("rewrite", "Show or write what would change in one manifest, offline")
      .argument("MANIFEST", arguments->manifest, "The static pod manifest of a kube-apiserver")
      .playbook(arguments->playbook, "Apply this playbook", Need::required)
      .option("--kubernetes-version", "VERSION", arguments->version,
              "Write for this version, instead of the version in the image's tag")
      .option("--authentication-config", "FILE", arguments->config,
              "Read this file as the one that the manifest's flag of this name refers to now")
      .option("--oidc-ca-file", "FILE", arguments->oidc_ca,
              "Read this file as the CA that the manifest's flag of this name refers to. It moves into the "
              "configuration file")
      .option("--kubeadm-config", "FILE", arguments->kubeadm,
              "Change this ClusterConfiguration too, so that kubeadm writes the same flags and mounts")
      .option("--out", "DIR", arguments->directory,
              "Write the new manifest and the configuration file into this directory, instead of printing a "
              "diff")
      .examples({"nightlatch rewrite kube-apiserver.yaml -p health-only",
                 "nightlatch rewrite kube-apiserver.yaml -p health-only --out new",
                 "nightlatch rewrite kube-apiserver.yaml -p kubeadm-join -o json"})
      .run([arguments](Console& console) { return rewrite(*arguments, console); });
}

}  // namespace nightlatch::cli
