// nightlatch rewrite MANIFEST -p PLAYBOOK: offline, one manifest.
#include "plan/rewrite.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "access/version.hpp"
#include "cli/commands.hpp"
#include "cli/playbooks.hpp"
#include "manifest/splice.hpp"
#include "plan/kubeadm_config.hpp"
#include "plan/preconditions.hpp"
#include "report/error.hpp"
#include "report/rewrite.hpp"
#include "util/clock.hpp"
#include "util/file.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string manifest;
  std::string playbook;
  std::string version;
  std::string config;
  std::string oidc_ca;
  std::string kubeadm;
  std::string directory;
};

struct Inputs {
  std::string manifest;
  spec::Playbook playbook;
  std::optional<access::Version> version;
  std::optional<std::string> config;
  std::optional<std::string> oidc_ca;
  std::optional<std::string> kubeadm;
};

Result<Inputs> read_inputs(const Arguments& arguments) {
  Inputs inputs;
  NL_ASSIGN(inputs.playbook, load_playbook(arguments.playbook));
  if (!arguments.version.empty()) {
    NL_ASSIGN(inputs.version, access::parse_version(arguments.version));
  }
  if (!arguments.config.empty()) {
    NL_ASSIGN(inputs.config, read_file(arguments.config));
  }
  if (!arguments.oidc_ca.empty()) {
    NL_ASSIGN(inputs.oidc_ca, read_file(arguments.oidc_ca));
  }
  if (!arguments.kubeadm.empty()) {
    NL_ASSIGN(inputs.kubeadm, read_file(arguments.kubeadm));
  }
  NL_ASSIGN(inputs.manifest, read_file(arguments.manifest));
  return inputs;
}

std::vector<report::RewrittenFile> files_of(const Arguments& arguments, const plan::Rewrite& rewrite) {
  std::vector<report::RewrittenFile> files;
  fs::path directory(arguments.directory);
  auto add = [&](const std::string& name, const std::string& bytes, const std::string& sha256) {
    files.push_back({(directory / name).string(), sha256, bytes, false});
  };
  if (rewrite.config) add(rewrite.config->name, rewrite.config->bytes, rewrite.config->sha256);
  add(fs::path(arguments.manifest).filename().string(), rewrite.edit.after, rewrite.edit.sha256_after);
  return files;
}

// kubeadm's configuration, to be put into the ConfigMap kubeadm-config when every node has its new manifest.
Status persist(const Arguments& arguments, const Inputs& inputs, report::RewriteReport& report) {
  if (!inputs.kubeadm) return {};
  const plan::Rewrite& rewritten = *report.outcome.rewrite;
  NL_ASSIGN(manifest::ApiServerPod pod,
            manifest::read_api_server_pod(rewritten.edit.after, arguments.manifest));
  NL_ASSIGN(manifest::Edit edit, plan::persist(*inputs.kubeadm, arguments.kubeadm, pod));
  if (!edit.changed()) {
    report.kubeadm = "says the same already";
    return {};
  }
  report.kubeadm = plan::in_words(edit);
  report.diff += manifest::unified_diff(*inputs.kubeadm, edit.splices, arguments.kubeadm);
  fs::path name = fs::path(arguments.kubeadm).filename();
  report.files.push_back(
      {(fs::path(arguments.directory) / name).string(), edit.sha256_after, edit.after, false});
  return {};
}

// The config file first: a manifest that names a missing file is the one order that harms.
Status write_files(std::vector<report::RewrittenFile>& files) {
  for (report::RewrittenFile& file : files) {
    NL_TRY(write_file_durably(file.path, file.bytes));
    file.written = true;
  }
  return {};
}

Exit exit_of(const std::vector<Error>& refusals) {
  bool unreadable = std::any_of(refusals.begin(), refusals.end(),
                                [](const Error& error) { return error.code.exit == Exit::usage; });
  return unreadable ? Exit::usage : Exit::refused;
}

Exit refuse(Console& console, const report::RewriteReport& report) {
  Exit exit = exit_of(report.outcome.refusals);
  if (!console.json() || exit == Exit::usage) return console.fail(report.outcome.refusals, exit);
  report::write_errors(console.err, report.outcome.refusals, exit);
  console.out.write(report::rewrite_json(report));
  return exit;
}

Exit rewrite(const Arguments& arguments, Console& console) {
  auto inputs = read_inputs(arguments);
  if (!inputs) return console.fail(inputs.error());
  report::RewriteReport report;
  report.file = arguments.manifest;
  report.playbook = inputs->playbook.name;
  report.asked = arguments.playbook;
  report.outcome.refusals = plan::check_paths(inputs->playbook, utc_timestamp(wall_clock()).substr(0, 10));
  if (!report.outcome.refusals.empty()) return refuse(console, report);
  report.outcome = plan::rewrite({inputs->manifest, arguments.manifest, inputs->playbook, inputs->version,
                                  inputs->config, inputs->oidc_ca});
  if (!report.outcome.rewrite) return refuse(console, report);
  const plan::Rewrite& rewritten = *report.outcome.rewrite;
  if (rewritten.changed) {
    report.diff = manifest::unified_diff(inputs->manifest, rewritten.edit.splices, arguments.manifest);
    report.files = files_of(arguments, rewritten);
  }
  if (Status persisted = persist(arguments, *inputs, report); !persisted)
    return console.fail(persisted.error());
  if (!arguments.directory.empty()) {
    if (Status written = write_files(report.files); !written) return console.fail(written.error());
  }
  if (console.json()) {
    console.out.write(report::rewrite_json(report));
    return Exit::done;
  }
  if (arguments.directory.empty()) report::write_diff(console.out, report.diff);
  report::write_summary(console.err, report);
  return Exit::done;
}

}  // namespace

void add_rewrite(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  root.command("rewrite", "Show or write what would change in one manifest, offline")
      .argument("MANIFEST", arguments->manifest, "The static pod manifest of a kube-apiserver")
      .option("-p,--playbook", "PLAYBOOK", arguments->playbook,
              "Apply this playbook: a shipped playbook's name, or a file", Need::required)
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
