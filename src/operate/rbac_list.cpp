#include "operate/rbac_list.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "access/profile.hpp"
#include "api/errors.hpp"
#include "operate/playbooks.hpp"
#include "rbac/read_objects.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {

namespace {

constexpr std::size_t most_bytes = 256U << 20U;

constexpr std::string_view rbac_api = "/apis/rbac.authorization.k8s.io/v1/";
constexpr std::array<std::string_view, 4> kinds{"clusterroles", "clusterrolebindings", "roles",
                                                "rolebindings"};

// nullopt: the playbook leaves the conditions as they are.
Result<std::optional<std::vector<std::string>>> open_paths(const std::string& playbook) {
  if (playbook.empty()) return std::nullopt;
  NL_ASSIGN(CheckedPlaybook checked, check_playbook(playbook));
  const std::vector<std::string>& profiles = checked.playbook.profiles;
  bool by_rbac_alone = std::find(profiles.begin(), profiles.end(), "rbac-only") != profiles.end();
  if (by_rbac_alone) return std::nullopt;
  return std::move(checked.paths);
}

Result<report::RbacReport> judge(const rbac::Objects& objects, const RbacListInput& input) {
  NL_ASSIGN(auto paths, open_paths(input.playbook));
  report::RbacReport report;
  report.listing = rbac::list(objects, paths);
  report.findings = rbac::findings_of(report.listing);
  report.fail_on = input.fail_on;
  return report;
}

Result<report::RbacReport> judge_file(const RbacListInput& input) {
  NL_ASSIGN(std::string bytes, read_input(input.from));
  NL_ASSIGN(rbac::Objects objects, rbac::read_objects(bytes, input_name(input.from)));
  NL_ASSIGN(report::RbacReport report, judge(objects, input));
  report.file = input_name(input.from);
  return report;
}

Result<rbac::Objects> read_cluster(cluster::ClusterApi& api) {
  rbac::Objects objects;
  for (std::string_view kind : kinds) {
    std::string path = std::string(rbac_api) + std::string(kind);
    auto pages = api.read_list(path);
    if (!pages) {
      Error error = std::move(pages).error();
      if (error.code.number == api_errors::denied.number)
        error.next = "use a context whose user may list the objects of RBAC: kubectl auth can-i list " +
                     std::string(kind);
      return fail(std::move(error));
    }
    for (const std::string& page : *pages) NL_TRY(rbac::read_objects(page, path, objects));
  }
  // All four were asked for: what is not among them is not there.
  objects.seen = {true, true, true, true};
  return objects;
}

Result<report::RbacReport> judge_cluster(Ports& ports, const cluster::Selection& selection,
                                         const RbacListInput& input) {
  NL_ASSIGN(spec::Cluster cluster, cluster::cluster_of_inventory(selection));
  NL_ASSIGN(api::Kubeconfig kubeconfig,
            cluster::choose_kubeconfig(ports.connections, selection, cluster.kubeconfig));
  auto api = ports.connections.api(kubeconfig, ports.connections.user_agent({}));
  NL_ASSIGN(rbac::Objects objects, read_cluster(*api));
  NL_ASSIGN(report::RbacReport report, judge(objects, input));
  report.cluster.name = cluster.name.empty() ? cluster::directory_name(kubeconfig.context) : cluster.name;
  report.cluster.endpoint = kubeconfig.server;
  return report;
}

}  // namespace

Outcome<report::RbacReport> rbac_list_of_file(const RbacListInput& input) {
  auto report = judge_file(input);
  if (!report) return failed(std::move(report).error());
  return *std::move(report);
}

Outcome<report::RbacReport> rbac_list(Ports& ports, const cluster::Selection& selection,
                                      const RbacListInput& input) {
  auto report = judge_cluster(ports, selection, input);
  if (!report) return failed_reading(std::move(report).error());
  return *std::move(report);
}

Exit exit_of(const report::RbacReport& report) {
  bool found = std::any_of(report.findings.begin(), report.findings.end(),
                           [&](const rbac::ListFinding& finding) { return report::counts(report, finding); });
  if (found) return Exit::findings;
  return rbac::is_incomplete(report.listing) ? Exit::coverage : Exit::done;
}

Result<std::string> read_input(const std::string& name) {
  return read_file(name == "-" ? "/dev/stdin" : name, most_bytes);
}

std::string input_name(const std::string& name) {
  return name == "-" ? "stdin" : name;
}

}  // namespace nightlatch::operate
