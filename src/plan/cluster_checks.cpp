#include "plan/cluster_checks.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

using Grade = PlanCheck::Grade;

// With stacked etcd, --etcd-servers names the member of the same node: kubeadm writes a loopback address,
// other tools list the addresses of all members, this node's among them.
bool is_stacked(const ApiServer& server) {
  std::vector<std::string> own{"://127.", "://localhost:", "://[::1]:"};
  for (const std::string& host : {server.node->host, server.pod->flag("advertise-address").value_or("")}) {
    if (host.empty()) continue;
    own.push_back(host.find(':') == std::string::npos ? "://" + host + ":" : "://[" + host + "]:");
  }
  std::string servers = server.pod->flag("etcd-servers").value_or("");
  return std::any_of(own.begin(), own.end(),
                     [&](const std::string& address) { return servers.find(address) != std::string::npos; });
}

PlanCheck quorum_check(const std::string& kind, int status) {
  CheckSubject etcd{.path = "/readyz/etcd", .object = "etcd"};
  if (status == 200)
    return {Grade::ok, fmt::format("etcd: {}, has its quorum (GET /readyz/etcd)", kind), 0, etcd};
  std::string got = status == 0 ? "no answer" : fmt::format("{}", status);
  if (status >= 500) {
    return {Grade::warning,
            fmt::format("etcd: {}, has no quorum now (GET /readyz/etcd: {}): the roll would begin no node",
                        kind, got),
            plan_checks::etcd_without_quorum.number, etcd};
  }
  return {Grade::unknown,
          fmt::format("etcd: {}, whether it has its quorum is not known (GET /readyz/etcd: {})", kind, got),
          plan_checks::etcd_quorum_unknown.number, etcd};
}

}  // namespace

std::vector<PlanCheck> etcd_checks(const std::vector<ApiServer>& servers, int etcd_status) {
  auto stacked = static_cast<std::size_t>(std::count_if(servers.begin(), servers.end(), is_stacked));
  if (stacked != servers.size()) {
    return {quorum_check(stacked == 0 ? "external" : fmt::format("stacked on {} nodes only", stacked),
                         etcd_status)};
  }
  std::string kind = fmt::format("stacked on {} node{}", stacked, stacked == 1 ? "" : "s");
  std::vector<PlanCheck> checks{quorum_check(kind, etcd_status)};
  std::vector<std::string> without_member;
  for (const ApiServer& server : servers) {
    if (!server.node->etcd_running) without_member.push_back(server.node->name);
  }
  if (!without_member.empty()) {
    checks.push_back(
        {Grade::warning,
         fmt::format("etcd: no member runs on {}, and the API server there uses the member of its own node",
                     join(without_member, " and ")),
         plan_checks::etcd_member_missing.number,
         {.node = join(without_member, " "), .object = "etcd"}});
  }
  if (stacked < 3) {
    checks.push_back({Grade::warning,
                      fmt::format("etcd: on {} node{} the loss of one machine is the loss of "
                                  "the quorum",
                                  stacked, stacked == 1 ? "" : "s"),
                      plan_checks::etcd_no_spare.number,
                      {.object = "etcd"}});
  }
  return checks;
}

PlanCheck collateral_check(std::size_t changing_nodes) {
  const char* moves =
      "a restart moves the leader leases of kube-controller-manager and kube-scheduler, and kubelets may be "
      "NotReady for a minute";
  if (changing_nodes < 2) return {Grade::warning, moves, plan_checks::leases_move.number, {}};
  return {Grade::ok, fmt::format("{}: the next node waits for both", moves), 0, {}};
}

}  // namespace nightlatch::plan
