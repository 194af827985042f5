#include "rbac/danger.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "rbac/evaluator.hpp"
#include "rbac/finding_codes.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

constexpr std::array<std::string_view, 5> severities{"none", "low", "medium", "high", "critical"};

// One kind of access to resources; the rule is asked for each verb and resource of it.
struct ResourceRow {
  ErrorCode code;
  Severity severity;
  Severity of_some;  // where resourceNames leave only some of the objects
  std::string_view verbs;
  std::string_view api_group;
  std::string_view resources;  // with their subresources
  std::string_view what;
};

namespace codes = rbac_findings;
constexpr Severity critical = Severity::critical;
constexpr Severity high = Severity::high;
constexpr Severity medium = Severity::medium;
constexpr Severity low = Severity::low;

constexpr std::string_view all_writes = "create update patch delete deletecollection";

// The classes are those of the audit's taxonomy, and their severity that of a request that was allowed.
constexpr std::array resource_rows{
    ResourceRow{codes::leads_to_admin, critical, high, "escalate", rbac_api, "clusterroles roles",
                "write any right into a role (escalate), which leads to cluster-admin"},
    ResourceRow{codes::leads_to_admin, critical, high, "bind", rbac_api, "clusterroles roles",
                "bind any role to anybody (bind), which leads to cluster-admin"},
    ResourceRow{codes::leads_to_admin, critical, critical, "impersonate", "", "users groups serviceaccounts",
                "act as somebody else (impersonate); as the group system:masters that is cluster-admin"},
    ResourceRow{codes::leads_to_admin, critical, critical, "impersonate", "authentication.k8s.io",
                "users groups serviceaccounts uids userextras/scopes", "act as somebody else (impersonate)"},
    ResourceRow{codes::leads_to_admin, critical, critical, "get create", "", "nodes/proxy",
                "run commands in every pod through the kubelet (nodes/proxy), which leads to cluster-admin"},
    ResourceRow{codes::leads_to_admin, critical, critical, "create", "", "serviceaccounts/token",
                "make tokens of service accounts, which leads to whatever they may"},
    ResourceRow{codes::leads_to_admin, critical, high, "create update patch", "admissionregistration.k8s.io",
                "mutatingwebhookconfigurations validatingwebhookconfigurations "
                "mutatingadmissionpolicies mutatingadmissionpolicybindings",
                "change or read what others write (admission), which leads to cluster-admin"},
    ResourceRow{codes::leads_to_admin, critical, high, "update patch", "certificates.k8s.io",
                "certificatesigningrequests/approval certificatesigningrequests/status",
                "approve client certificates, which leads to cluster-admin"},
    ResourceRow{codes::leads_to_admin, critical, high, "create update patch", "apiregistration.k8s.io",
                "apiservices", "put a server of their own behind the API (apiservices)"},
    ResourceRow{codes::leads_to_admin, critical, critical, "create update patch", "", "persistentvolumes",
                "mount any directory of a node (persistentvolumes)"},
    ResourceRow{codes::leads_to_admin, critical, critical, "create update patch delete deletecollection",
                rbac_api, "clusterroles roles clusterrolebindings rolebindings", "write roles and bindings"},
    ResourceRow{codes::reads_secrets, critical, critical, "get list watch", "", "secrets",
                "read Secrets, tokens among them"},
    ResourceRow{codes::reads_secrets, critical, high, "get list watch", "", "configmaps", "read ConfigMaps"},
    ResourceRow{codes::runs_programs, critical, critical, "get create", "",
                "pods/exec pods/attach pods/portforward pods/proxy services/proxy",
                "run commands in pods or reach into them"},
    ResourceRow{codes::runs_programs, critical, critical, "update patch", "", "pods/ephemeralcontainers",
                "run containers in the pods of others"},
    ResourceRow{codes::runs_programs, critical, critical, "create update patch", "",
                "pods replicationcontrollers podtemplates", "start pods"},
    ResourceRow{codes::runs_programs, critical, critical, "create update patch", "apps",
                "deployments daemonsets statefulsets replicasets", "start pods by a controller"},
    ResourceRow{codes::runs_programs, critical, critical, "create update patch", "batch", "jobs cronjobs",
                "start pods by a job"},
    ResourceRow{codes::reads_secrets, critical, critical, "create", "authentication.k8s.io", "tokenreviews",
                "try out tokens (tokenreviews)"},
    ResourceRow{codes::sees_discovery, high, high, "create", "authorization.k8s.io",
                "selfsubjectaccessreviews selfsubjectrulesreviews",
                "ask what they may do, and keep the API server busy with it"},
    ResourceRow{codes::sees_discovery, high, high, "create", "authentication.k8s.io", "selfsubjectreviews",
                "ask who they are, and keep the API server busy with it"},
};

// One kind of path. The health checks themselves are not in it.
struct PathRow {
  ErrorCode code;
  Severity severity;
  std::string_view path;
  std::string_view what;
};

constexpr std::array path_rows{
    PathRow{codes::sees_internals, critical, "/debug/pprof/heap", "read memory profiles (/debug/pprof)"},
    PathRow{codes::sees_internals, critical, "/debug/flags/v", "read or change debug flags (/debug/flags)"},
    PathRow{codes::sees_internals, critical, "/logs/kube-apiserver.log", "read the logs of the node (/logs)"},
    PathRow{codes::sees_internals, critical, "/configz", "read the configuration (/configz)"},
    PathRow{codes::sees_internals, critical, "/flagz", "read the flags (/flagz)"},
    PathRow{codes::sees_internals, critical, "/statusz", "read the state of the process (/statusz)"},
    PathRow{codes::sees_internals, high, "/metrics", "read /metrics"},
    PathRow{codes::sees_internals, high, "/metrics/slis", "read /metrics/slis"},
    PathRow{codes::sees_discovery, medium, "/openapi/v2", "read the OpenAPI documents (/openapi)"},
    PathRow{codes::sees_discovery, medium, "/openapi/v3", "read the OpenAPI documents (/openapi)"},
    PathRow{codes::sees_discovery, medium, "/api", "list the resources of the API (/api)"},
    PathRow{codes::sees_discovery, medium, "/apis", "list the groups of the API (/apis)"},
    PathRow{codes::sees_discovery, medium, "/.well-known/openid-configuration",
            "read the issuer of service account tokens (/.well-known/openid-configuration)"},
    PathRow{codes::sees_discovery, medium, "/openid/v1/jwks",
            "read the keys of service account tokens (/openid/v1/jwks)"},
    PathRow{codes::sees_discovery, low, "/version", "read /version"},
    PathRow{codes::sees_discovery, low, "/version/", "read /version"},
    PathRow{codes::sees_discovery, low, "/livez/ping", "ask for single health checks (/livez/…)"},
    PathRow{codes::sees_discovery, low, "/readyz/ping", "ask for single health checks (/readyz/…)"},
    PathRow{codes::sees_discovery, low, "/healthz/ping", "ask for single health checks (/healthz/…)"},
};

constexpr std::array<std::string_view, 3> health{"/livez", "/readyz", "/healthz"};

bool allows_everything(const PolicyRule& rule) {
  return is_among("*", rule.verbs) && is_among("*", rule.api_groups) && is_among("*", rule.resources) &&
         rule.resource_names.empty();
}

bool is_empty(const PolicyRule& rule) {
  bool no_resource = rule.api_groups.empty() || rule.resources.empty();
  return rule.verbs.empty() || (no_resource && rule.non_resource_urls.empty());
}

// What a rule lets be done, whatever the object is called.
PolicyRule of_all_names(PolicyRule rule) {
  rule.resource_names.clear();
  return rule;
}

bool meets(const PolicyRule& rule, const ResourceRow& row) {
  Request request{.kind = RequestKind::resource, .api_group = std::string(row.api_group)};
  for (const std::string& verb : split(row.verbs, ' ')) {
    for (const std::string& resource : split(row.resources, ' ')) {
      std::size_t slash = resource.find('/');
      request.verb = verb;
      request.resource = resource.substr(0, slash);
      request.subresource = slash == std::string::npos ? "" : resource.substr(slash + 1);
      if (covers(rule, request)) return true;
    }
  }
  return false;
}

std::string names_of(const PolicyRule& rule) {
  return rule.resource_names.empty() ? ""
                                     : fmt::format(", of the name {}", join(rule.resource_names, " or "));
}

bool is_cluster_info(const PolicyRule& rule, std::string_view name_space) {
  bool only_reads = std::all_of(rule.verbs.begin(), rule.verbs.end(), [](const std::string& verb) {
    return verb == "get" || verb == "list" || verb == "watch";
  });
  return only_reads && name_space == "kube-public" &&
         rule.resources == std::vector<std::string>{"configmaps"} &&
         rule.resource_names == std::vector<std::string>{"cluster-info"};
}

// Resources that are in no row: custom ones, and what reads and writes have in common.
std::optional<Danger> of_other_resources(const PolicyRule& rule) {
  std::vector<std::string> writes;
  std::vector<std::string> reads;
  for (const std::string& verb : rule.verbs)
    (verb == "get" || verb == "list" || verb == "watch" ? reads : writes).push_back(verb);
  bool is_write = !writes.empty();
  std::string what = fmt::format("{} {}{}", join(is_write ? writes : reads, ", "), join(rule.resources, ", "),
                                 names_of(rule));
  return Danger{high, is_write ? codes::writes : codes::reads, std::move(what)};
}

void judge_resources(const PolicyRule& rule, std::string_view name_space, std::vector<Danger>& dangers) {
  if (rule.api_groups.empty() || rule.resources.empty()) return;
  if (allows_everything(rule)) {
    dangers.push_back(
        {critical, codes::leads_to_admin, "do everything with every object, as cluster-admin may"});
    return;
  }
  if (is_cluster_info(rule, name_space)) {
    dangers.push_back({medium, codes::sees_discovery, "read the ConfigMap kube-public/cluster-info"});
    return;
  }
  PolicyRule any_name = of_all_names(rule);
  bool only_some = !rule.resource_names.empty() && !is_among("cluster-admin", rule.resource_names);
  std::size_t before = dangers.size();
  for (const ResourceRow& row : resource_rows) {
    if (!meets(any_name, row)) continue;
    dangers.push_back(
        {only_some ? row.of_some : row.severity, row.code, std::string(row.what) + names_of(rule)});
  }
  if (dangers.size() == before) dangers.push_back(*of_other_resources(rule));
}

void judge_paths(const PolicyRule& rule, std::vector<Danger>& dangers) {
  for (const std::string& url : rule.non_resource_urls) {
    bool known = std::find(health.begin(), health.end(), url) != health.end();
    for (const PathRow& row : path_rows) {
      if (!covers_path(url, row.path)) continue;
      known = true;
      dangers.push_back({row.severity, row.code, std::string(row.what)});
    }
    if (!known) dangers.push_back({medium, codes::sees_discovery, fmt::format("ask for {}", url)});
  }
}

}  // namespace

std::string_view name(Severity severity) {
  return severities.at(static_cast<std::size_t>(severity));
}

std::optional<Severity> severity_named(std::string_view word) {
  auto found = std::find(severities.begin(), severities.end(), word);
  if (found == severities.end()) return std::nullopt;
  return static_cast<Severity>(found - severities.begin());
}

std::vector<Danger> dangers_of(const PolicyRule& rule, std::string_view name_space) {
  std::vector<Danger> dangers;
  if (is_empty(rule)) return dangers;
  judge_resources(rule, name_space, dangers);
  // A request that is about no resource has no namespace, so a RoleBinding is never asked about it.
  if (name_space.empty()) judge_paths(rule, dangers);
  return dangers;
}

}  // namespace nightlatch::rbac
