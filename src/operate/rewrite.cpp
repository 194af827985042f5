#include "operate/rewrite.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "access/version.hpp"
#include "manifest/kubeadm_documents.hpp"
#include "manifest/splice.hpp"
#include "operate/errors.hpp"
#include "operate/playbooks.hpp"
#include "plan/kubeadm_config.hpp"
#include "plan/kubeadm_logins.hpp"
#include "plan/preconditions.hpp"
#include "plan/rewrite.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {

namespace {

namespace fs = std::filesystem;

struct Read {
  std::string manifest;
  spec::Playbook playbook;
  std::optional<access::Version> version;
  std::optional<std::string> config;
  std::optional<std::string> oidc_ca;
  std::optional<std::string> kubeadm;
};

Result<Read> read_files(const RewriteInput& input) {
  Read read;
  NL_ASSIGN(read.playbook, load_playbook(input.playbook));
  if (!input.kubernetes_version.empty()) {
    NL_ASSIGN(read.version, access::parse_version(input.kubernetes_version));
  }
  if (!input.authentication_config.empty()) {
    NL_ASSIGN(read.config, read_file(input.authentication_config));
  }
  if (!input.oidc_ca_file.empty()) {
    NL_ASSIGN(read.oidc_ca, read_file(input.oidc_ca_file));
  }
  if (!input.kubeadm_config.empty()) {
    NL_ASSIGN(read.kubeadm, read_file(input.kubeadm_config));
  }
  NL_ASSIGN(read.manifest, read_file(input.manifest));
  return read;
}

std::vector<report::RewrittenFile> files_of(const RewriteInput& input, const plan::Rewrite& rewrite) {
  std::vector<report::RewrittenFile> files;
  fs::path directory(input.directory);
  auto add = [&](const std::string& name, const std::string& bytes, const std::string& sha256) {
    files.push_back({(directory / name).string(), sha256, bytes, false});
  };
  if (rewrite.config) add(rewrite.config->name, rewrite.config->bytes, rewrite.config->sha256);
  add(fs::path(input.manifest).filename().string(), rewrite.edit.after, rewrite.edit.sha256_after);
  return files;
}

// Adds the new ClusterConfiguration. A person puts it into the ConfigMap when every node has its new
// manifest.
Status add_kubeadm_config(const RewriteInput& input, const Read& read, report::RewriteReport& report) {
  if (!read.kubeadm) return {};
  const plan::Rewrite& rewritten = *report.outcome.rewrite;
  NL_ASSIGN(manifest::ApiServerPod pod, manifest::read_api_server_pod(rewritten.edit.after, input.manifest));
  NL_ASSIGN(manifest::Edit edit, plan::persist(*read.kubeadm, input.kubeadm_config, pod));
  if (read.playbook.kubeadm_oidc == spec::KubeadmOidc::refuse)
    NL_TRY(plan::check_kubeadm_logins(*read.kubeadm, input.kubeadm_config, plan::known_logins(rewritten)));
  report.kubeadm = edit.changed() ? plan::in_words(edit) : "says the same already";
  NL_ASSIGN(manifest::ClusterDocument document,
            manifest::find_cluster_document(*read.kubeadm, input.kubeadm_config));
  if (document.documents > 1)
    report.kubeadm +=
        fmt::format("; this file has {} documents; the one with `kind: ClusterConfiguration` is used",
                    document.documents);
  if (!edit.changed()) return {};
  report.diff += manifest::unified_diff(*read.kubeadm, edit.splices, input.kubeadm_config);
  fs::path name = fs::path(input.kubeadm_config).filename();
  report.files.push_back({(fs::path(input.directory) / name).string(), edit.sha256_after, edit.after, false});
  return {};
}

// The manifest that was read lies there, too, where --out names its own directory: on a control-plane node
// that is the directory that the kubelet watches.
Status check_targets(const std::vector<report::RewrittenFile>& files) {
  std::set<std::string> paths;
  for (const report::RewrittenFile& file : files) {
    if (!paths.insert(file.path).second)
      return fail(operate_errors::would_overwrite,
                  fmt::format("{} would be written twice: two inputs have this name", file.path));
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(file.path, ignored))) continue;
    NL_ASSIGN(std::string there, read_file(file.path));
    if (there != file.bytes)
      return fail(operate_errors::would_overwrite, fmt::format("{} exists and has other bytes", file.path));
  }
  return {};
}

// The configuration file is written first: an API server whose manifest names a missing file does not start.
Status write_files(std::vector<report::RewrittenFile>& files) {
  NL_TRY(check_targets(files));
  for (report::RewrittenFile& file : files) {
    NL_TRY(write_file_durably(file.path, file.bytes));
    file.written = true;
  }
  return {};
}

Result<report::RewriteReport> make_report(const RewriteInput& input) {
  NL_ASSIGN(Read read, read_files(input));
  report::RewriteReport report;
  report.file = input.manifest;
  report.playbook = read.playbook.name;
  report.asked = input.playbook;
  report.outcome.refusals = plan::check_paths(read.playbook, input.today);
  if (!report.outcome.refusals.empty()) return report;
  report.outcome =
      plan::rewrite({read.manifest, input.manifest, read.playbook, read.version, read.config, read.oidc_ca});
  if (!report.outcome.rewrite) return report;
  const plan::Rewrite& rewritten = *report.outcome.rewrite;
  if (rewritten.changed) {
    report.diff = manifest::unified_diff(read.manifest, rewritten.edit.splices, input.manifest);
    report.files = files_of(input, rewritten);
  }
  NL_TRY(add_kubeadm_config(input, read, report));
  if (!input.directory.empty()) NL_TRY(write_files(report.files));
  return report;
}

}  // namespace

Outcome<report::RewriteReport> rewrite(const RewriteInput& input) {
  auto report = make_report(input);
  if (!report) return failed(std::move(report).error());
  return *std::move(report);
}

Exit exit_of(const report::RewriteReport& report) {
  const std::vector<Error>& refusals = report.outcome.refusals;
  if (refusals.empty() && report.outcome.rewrite) return Exit::done;
  bool is_unreadable = std::any_of(refusals.begin(), refusals.end(),
                                   [](const Error& error) { return error.code.exit == Exit::usage; });
  return is_unreadable ? Exit::usage : Exit::refused;
}

}  // namespace nightlatch::operate
