#include "rbac/fix.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "rbac/grant.hpp"
#include "rbac/yaml_text.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

constexpr std::string_view cluster_info = "/api/v1/namespaces/kube-public/configmaps/cluster-info";

constexpr std::string_view everywhere =
    "A ClusterRole has no place: the grant holds for every API that asks this cluster's RBAC about {}, such "
    "as "
    "aggregated APIs and controllers behind kube-rbac-proxy.";

bool is_among_paths(std::string_view path, std::initializer_list<std::string_view> paths) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

bool is_health_or_version(std::string_view path) {
  return is_among_paths(path, {"/livez", "/readyz", "/healthz", "/version", "/version/"});
}
bool is_metrics(std::string_view path) {
  return is_among_paths(path, {"/metrics", "/metrics/slis"});
}
bool is_issuer_discovery(std::string_view path) {
  return is_among_paths(path, {"/.well-known/openid-configuration", "/openid/v1/jwks"});
}

// A name that Kubernetes takes for a role: nightlatch-get-metrics.
std::string role_name(const Request& request) {
  std::string what = request.kind == RequestKind::non_resource ? request.path : resource_text(request);
  std::string name = "nightlatch-" + request.verb;
  for (char c : "-" + what) {
    bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!name.ends_with('-')) {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  return name.substr(0, 63);
}

std::string rule_yaml(const Request& request) {
  if (request.kind == RequestKind::non_resource)
    return fmt::format("- nonResourceURLs: [{}]\n  verbs: [{}]\n", quoted_yaml(request.path),
                       quoted_yaml(request.verb));
  std::string resource = request.resource;
  if (!request.subresource.empty()) resource += "/" + request.subresource;
  std::string rule = fmt::format("- apiGroups: [{}]\n  resources: [{}]\n", quoted_yaml(request.api_group),
                                 quoted_yaml(resource));
  bool has_name = !request.name.empty() && request.verb != "create";
  if (has_name) rule += fmt::format("  resourceNames: [{}]\n", quoted_yaml(request.name));
  return rule + fmt::format("  verbs: [{}]\n", quoted_yaml(request.verb));
}

Subject everybody() {
  return {"Group", std::string(rbac_api), std::string(unauthenticated_group), ""};
}

// A playbook that leaves the path open; empty: one's own has to name it.
std::string playbook_for(std::string_view path) {
  if (is_metrics(path)) return "metrics";
  if (is_issuer_discovery(path)) return "oidc-discovery";
  return path == cluster_info ? "kubeadm-join" : "";
}

// Prints the same grant with /metrics/slis, and the scrape job.
std::string grant_command(const Subject& subject) {
  return "nightlatch rbac grant-metrics --to " + grantee_words(subject);
}

Fix with_a_login(const Request& request) {
  return {.text = fmt::format(
              "Send credentials: a kubeconfig, or the token of a service account that has this right. "
              "Nobody without credentials should {}",
              request_text(request)),
          .command = "kubectl create token NAME -n NAMESPACE",
          .yaml = {},
          .opens = {}};
}

}  // namespace

bool is_built_in(std::string_view api_group) {
  constexpr std::array<std::string_view, 23> groups{"",
                                                    "apps",
                                                    "autoscaling",
                                                    "batch",
                                                    "policy",
                                                    "extensions",
                                                    "admissionregistration.k8s.io",
                                                    "apiextensions.k8s.io",
                                                    "apiregistration.k8s.io",
                                                    "authentication.k8s.io",
                                                    "authorization.k8s.io",
                                                    "certificates.k8s.io",
                                                    "coordination.k8s.io",
                                                    "discovery.k8s.io",
                                                    "events.k8s.io",
                                                    "flowcontrol.apiserver.k8s.io",
                                                    "internal.apiserver.k8s.io",
                                                    "networking.k8s.io",
                                                    "node.k8s.io",
                                                    rbac_api,
                                                    "resource.k8s.io",
                                                    "scheduling.k8s.io",
                                                    "storage.k8s.io"};
  return std::find(groups.begin(), groups.end(), api_group) != groups.end();
}

std::string request_text(const Request& request) {
  if (request.kind == RequestKind::non_resource) {
    return request.path.empty() ? (request.verb.empty() ? "this" : request.verb + " this")
                                : fmt::format("{} {}", request.verb, request.path);
  }
  std::string text = fmt::format("{} {}", request.verb, resource_text(request));
  if (!request.name.empty()) text += fmt::format(" \"{}\"", request.name);
  if (!request.name_space.empty()) text += fmt::format(" in the namespace {}", request.name_space);
  return text;
}

Subject subject_named(const std::string& user) {
  if (!user.starts_with(service_account_prefix)) return {"User", std::string(rbac_api), user, ""};
  std::string rest = user.substr(service_account_prefix.size());
  std::size_t colon = rest.find(':');
  if (colon == std::string::npos) return {"User", std::string(rbac_api), user, ""};
  return {"ServiceAccount", "", rest.substr(colon + 1), rest.substr(0, colon)};
}

std::string grant_yaml(const Request& request, const Subject& subject) {
  bool in_a_namespace = !request.name_space.empty();
  std::string kind = in_a_namespace ? "Role" : "ClusterRole";
  std::string name = quoted_yaml(role_name(request));
  std::string place = in_a_namespace ? fmt::format("  namespace: {}\n", quoted_yaml(request.name_space)) : "";
  constexpr std::string_view head =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: {}\nmetadata:\n  name: {}\n{}";
  return fmt::format(head, kind, name, place) + "rules:\n" + rule_yaml(request) + "---\n" +
         fmt::format(head, kind + "Binding", name, place) +
         fmt::format("roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: {}\n  name: {}\nsubjects:\n{}",
                     kind, name, subject_yaml(subject));
}

std::vector<Fix> fixes_for_user(const Request& request, const std::string& user) {
  bool is_path = request.kind == RequestKind::non_resource;
  if (is_path && request.path.empty()) return {};
  std::string opens;
  if (is_path) opens = fmt::format(everywhere, request.path);
  if (!is_path && request.name_space.empty())
    opens = fmt::format("The grant is about {} of every namespace.", resource_text(request));
  Subject subject = subject_named(user);
  bool has_command = is_path && is_metrics(request.path) && subject.kind == "ServiceAccount";
  return {{.text = "Grant exactly this with kubectl apply -f FILE",
           .command = has_command ? grant_command(subject) : "",
           .yaml = grant_yaml(request, subject),
           .opens = std::move(opens)}};
}

std::vector<Fix> fixes_for_anonymous(const Request& request) {
  const std::string& path = request.path;
  bool is_path = request.kind == RequestKind::non_resource && !path.empty();
  bool is_cluster_info = request.resource == "configmaps" && request.name == "cluster-info" &&
                         request.name_space == "kube-public";
  if (is_cluster_info)
    return {
        {.text = "kubeadm made this grant; make it again",
         .command = "kubeadm init phase bootstrap-token",
         .yaml = {},
         .opens = "The address and the CA of the API server can be read by everybody who reaches its port."}};
  if (is_path && is_health_or_version(path))
    return {
        {.text = "Kubernetes grants this to everybody by the ClusterRoleBinding system:public-info-viewer, "
                 "which is "
                 "missing or has lost its group system:unauthenticated. The kubelet's probes and the health "
                 "check of "
                 "the load balancer need it. Grant it again with kubectl apply -f FILE",
         .command = {},
         .yaml = grant_yaml(request, everybody()),
         .opens = "This path to everybody who reaches the API server's port, as Kubernetes itself does."}};
  if (!is_path || (!is_metrics(path) && !is_issuer_discovery(path))) return {with_a_login(request)};
  std::string playbook = playbook_for(path);
  Fix open{.text = fmt::format(
               "To open it to everybody who reaches this port: kubectl apply -f FILE, and the path must be "
               "open without credentials too, or the answer is 401: nightlatch plan -p {}",
               playbook),
           .command = "nightlatch plan -p " + playbook,
           .yaml = grant_yaml(request, everybody()),
           .opens = fmt::format(everywhere, path)};
  if (is_issuer_discovery(path)) return {std::move(open)};
  Subject prometheus{"ServiceAccount", "", "prometheus", "monitoring"};
  Fix better{
      .text =
          "Better: let Prometheus ask with the token of its service account, here monitoring/prometheus, and "
          "grant it that with kubectl apply -f FILE",
      .command = grant_command(prometheus),
      .yaml = grant_yaml(request, prometheus),
      .opens = fmt::format(everywhere, path)};
  return {std::move(better), std::move(open)};
}

std::vector<Fix> fixes_for_conditions(const std::string& path) {
  Fix login{.text = "Send credentials: then the conditions do not apply",
            .command = "kubectl get --raw " + shell_word(path),
            .yaml = {},
            .opens = {}};
  std::string playbook = playbook_for(path);
  if (playbook.empty()) return {std::move(login)};
  Fix open{.text = fmt::format("Open the path with the playbook {}", playbook),
           .command = "nightlatch plan -p " + playbook,
           .yaml = {},
           .opens = fmt::format("{} to everybody who reaches the API server's port", path)};
  return {std::move(login), std::move(open)};
}

}  // namespace nightlatch::rbac
