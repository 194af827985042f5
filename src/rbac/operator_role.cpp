#include "rbac/operator_role.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "rbac/errors.hpp"
#include "rbac/grant.hpp"
#include "rbac/listing.hpp"
#include "rbac/yaml_text.hpp"
#include "util/hash.hpp"
#include "util/template_text.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view rbac_operator;
}

namespace nightlatch::rbac {

namespace {

Request get(const char* path) {
  return {.kind = RequestKind::non_resource, .verb = "get", .path = path};
}

Request resource(const char* verb, const char* group, const char* name_of_resource, const char* name,
                 const char* name_space = "kube-system") {
  return {.kind = RequestKind::resource,
          .verb = verb,
          .api_group = group,
          .resource = name_of_resource,
          .name = name,
          .name_space = name_space};
}

constexpr const char* leases = "coordination.k8s.io";

// What a shell and a file name take as one word, of a name that may hold anything.
std::string plain(const std::string& name) {
  constexpr std::size_t longest = 100;
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:-_.";
  std::string out = name.substr(0, longest);
  for (char& c : out) {
    if (allowed.find(c) == allowed.npos) c = '-';
  }
  constexpr std::size_t enough = 8;
  return out == name ? out : out + "-" + sha256_hex(name).substr(0, enough);
}

std::string lower_kind(const Subject& to) {
  if (to.kind == "ServiceAccount") return "serviceaccount:" + to.name_space;
  return to.kind == "User" ? "user" : "group";
}

}  // namespace

std::span<const OperatorRight> operator_rights() {
  static const std::array all{
      OperatorRight{resource("get", "", "namespaces", "kube-system", ""), "to tell one cluster from another",
                    Without::refused, "Nothing can be planned: the plan is bound to the UID of kube-system."},
      OperatorRight{get("/version"), "to know the version of the API", Without::refused,
                    "Nothing can be planned."},
      OperatorRight{resource("list", "", "nodes", "", ""),
                    "to find the control-plane nodes, and see that they are Ready", Without::refused,
                    "A plan cannot be compared with the nodes that the cluster has."},
      OperatorRight{resource("get", "", "configmaps", "kubeadm-config"),
                    "to read what kubeadm would write next", Without::refused,
                    "The next kubeadm upgrade could undo the change unseen."},
      OperatorRight{
          resource("patch", "", "configmaps", "kubeadm-config"), "to tell kubeadm of the change",
          Without::less_seen,
          "The roll ends with kubeadm-config as it was, and says so: the next kubeadm upgrade would undo "
          "the change. Set persist.kubeadmConfig: false to roll without it."},
      OperatorRight{resource("get", leases, "leases", "nightlatch"), "to see who is at work on the cluster",
                    Without::refused, "The cluster's lock cannot be read."},
      OperatorRight{resource("create", leases, "leases", ""), "to take the cluster's lock", Without::refused,
                    "The cluster's lock cannot be taken."},
      OperatorRight{
          resource("update", leases, "leases", "nightlatch"), "to keep the cluster's lock", Without::refused,
          "The cluster's lock is lost after 15 minutes, and cannot be taken where a run has left it."},
      OperatorRight{resource("delete", leases, "leases", "nightlatch"), "to give the cluster's lock back",
                    Without::less_seen, "The lock stays until it has expired."},
      OperatorRight{get("/readyz"), "to see whether an API server is ready", Without::refused,
                    "No gate can hold."},
      OperatorRight{get("/readyz/etcd"), "to see whether etcd has its quorum", Without::less_seen,
                    "Whether etcd has its quorum is not seen before each node; the roll says so."},
      OperatorRight{get("/metrics"), "to see which configuration an API server has loaded",
                    Without::less_seen,
                    "What was loaded, and what was rejected, is not seen; the roll says so."},
      OperatorRight{resource("get", leases, "leases", "kube-controller-manager"),
                    "to see that kube-controller-manager has a leader", Without::refused,
                    "A roll does not go on to the next node without it."},
      OperatorRight{resource("get", leases, "leases", "kube-scheduler"),
                    "to see that kube-scheduler has a leader", Without::refused,
                    "A roll does not go on to the next node without it."},
      OperatorRight{resource("get", "apps", "daemonsets", "kured"),
                    "to see whether kured is about to restart a node", Without::less_seen,
                    "A lock of kured is not seen."},
      OperatorRight{resource("create", "authentication.k8s.io", "selfsubjectreviews", "", ""),
                    "to see that a login keeps its user and its groups", Without::less_seen,
                    "A login that is to be tested cannot be."},
  };
  return all;
}

std::string right_text(const Request& request) {
  if (request.kind == RequestKind::non_resource) return fmt::format("{} {}", request.verb, request.path);
  std::string where = request.name;
  if (!request.name_space.empty()) {
    where = request.name.empty() ? fmt::format("in {}", request.name_space)
                                 : fmt::format("{}/{}", request.name_space, request.name);
  }
  std::string text = fmt::format("{} {}", request.verb, resource_text(request));
  return where.empty() ? text : fmt::format("{} {}", text, where);
}

Result<Subject> read_operator(const std::vector<std::string>& words) {
  if (words.size() == 2 && words[0] == "user" && !words[1].empty())
    return Subject{"User", "rbac.authorization.k8s.io", words[1], ""};
  Result<Subject> read = read_grantee(words);
  bool is_everybody = read && read->kind == "Group" &&
                      (read->name == unauthenticated_group || read->name == authenticated_group);
  if (read && !is_everybody) return read;
  Error error =
      read ? Error{.code = rbac_errors::not_a_grantee,
                   .message = fmt::format("--to {} would let everybody take the cluster's lock and write "
                                          "kubeadm-config",
                                          join(words, " "))}
           : std::move(read).error();
  error.next = "write --to user NAME, --to group NAME, or --to serviceaccount NAMESPACE/NAME";
  return fail(std::move(error));
}

OperatorRole operator_role(const Subject& to) {
  OperatorRole role{.to = to,
                    .binding = fmt::format("nightlatch:operator:{}:{}", lower_kind(to), plain(to.name))};
  role.yaml = filled(embedded::rbac_operator, {{"@WHO@", quoted_yaml(text_of(to))},
                                               {"@BINDING@", quoted_yaml(role.binding)},
                                               {"@SUBJECT@", std::string(trim(subject_yaml(to)))}});
  return role;
}

}  // namespace nightlatch::rbac
