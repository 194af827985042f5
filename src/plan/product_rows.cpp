// The table of products. Where no source could be found, the row says that it is not known.
#include <array>

#include "plan/product_advice.hpp"

namespace nightlatch::plan {
namespace {

constexpr std::string_view rke2_since = "1.31.9 1.32.5 1.33.1";
constexpr std::string_view rke2_source =
    "https://github.com/rancher/rke2/issues/8137 (1.31: #8247, 1.32: #8246, 1.33: #8245)";
constexpr std::string_view k3s_source =
    "https://github.com/k3s-io/k3s/issues/12245 (1.31: #12278, 1.32: #12277, 1.33: #12276)";
constexpr std::string_view k0s_source =
    "https://github.com/k0sproject/k0s/pull/7976 and pkg/component/controller/apiserver.go";
constexpr std::string_view kops_source =
    "https://github.com/kubernetes/kops pkg/model/components/apiserver.go: c.AnonymousAuth is set to false";
constexpr std::string_view talos_source =
    "https://docs.siderolabs.com/talos/v1.14/reference/configuration/kubernetes/kubeauthenticationconfig";
constexpr std::string_view microk8s_source =
    "https://github.com/canonical/microk8s microk8s-resources/default-args/kube-apiserver";
constexpr std::string_view gardener_source =
    "https://github.com/gardener/gardener docs/usage/shoot/shoot_access.md, Configuring Anonymous "
    "Authentication";
constexpr std::string_view deckhouse_source =
    "https://github.com/deckhouse/deckhouse "
    "modules/040-control-plane-manager/templates/_authentication_configuration.tpl";
constexpr std::string_view cluster_api_source =
    "https://github.com/kubernetes-sigs/cluster-api bootstrap/kubeadm/api/v1beta1/kubeadmconfig_types.go: "
    "KubeadmConfigSpec";
constexpr std::string_view gke_source =
    "https://cloud.google.com/sdk/gcloud/reference/container/clusters/update and "
    "AnonymousAuthenticationConfig.Mode of "
    "the Container API: LIMITED is \"only health check endpoints\"";
constexpr std::string_view not_found = "no source was found";

constexpr std::string_view openshift_lines = R"(
# Do not switch anonymous access off here. OpenShift has no supported setting for it: unsupportedConfigOverrides
# ends support, and the operator rolls the override out on every node. Whether other paths could be closed is not
# known. What remains is RBAC: which bindings name a request without credentials?
oc get clusterrolebindings -o wide | grep -E 'system:(anonymous|unauthenticated)'
)";

constexpr std::string_view managed_lines = R"(
# The manifest is out of reach, and no setting of the service for this is known. What remains is RBAC and the network:
kubectl get clusterrolebindings,rolebindings -A -o wide | grep -E 'system:(anonymous|unauthenticated)'
# take out the bindings that nobody needs, and let only known addresses reach the API server's endpoint
)";

constexpr std::array rows{
    ProductRow{"RKE2", Asked::some_paths, Present::a_file, rke2_since,
               "RKE2 1.31.9, 1.32.5, 1.33.1 and later", "{file} on every server", R"(
# {file} on every server
# this section beside its jwt: RKE2 leaves out --anonymous-auth=false beside a file, so that a file without this
# section opens every path
anonymous:
  enabled: true
  conditions:
{conditions 2}
# then, one server at a time: systemctl restart rke2-server
)",
               rke2_source},
    ProductRow{"RKE2", Asked::some_paths, Present::no_file, rke2_since,
               "RKE2 1.31.9, 1.32.5, 1.33.1 and later", "kube-apiserver-arg in /etc/rancher/rke2/config.yaml",
               R"(
# /etc/rancher/rke2/auth-config.yaml on every server
apiVersion: apiserver.config.k8s.io/v1beta1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
{conditions 2}
# /etc/rancher/rke2/config.yaml on every server
kube-apiserver-arg:
- authentication-config=/etc/rancher/rke2/auth-config.yaml
# then, one server at a time: systemctl restart rke2-server
)",
               rke2_source},
    ProductRow{"RKE2", Asked::some_paths, Present::either, "", "RKE2 before 1.31.9, 1.32.5 and 1.33.1", "",
               R"(
# This RKE2 always sets --anonymous-auth=false, and kube-apiserver exits when a file with `anonymous:` stands beside
# that flag. No path can be open; upgrade RKE2 to 1.31.9, 1.32.5, 1.33.1 or later first
)",
               rke2_source},
    ProductRow{"RKE2", Asked::nothing_open, Present::a_file, "", "every version", "{file} on every server",
               R"(
# {file} on every server
# this section beside its jwt, and no anonymous-auth in config.yaml
anonymous:
  enabled: false
# then, one server at a time: systemctl restart rke2-server
)",
               rke2_source},
    ProductRow{"RKE2", Asked::nothing_open, Present::no_file, "", "every version", "", R"(
# RKE2 sets --anonymous-auth=false by itself: nothing is to be changed
)",
               rke2_source},

    ProductRow{"k3s", Asked::some_paths, Present::either, rke2_since, "k3s 1.31.9, 1.32.5, 1.33.1 and later",
               "kube-apiserver-arg in /etc/rancher/k3s/config.yaml", R"(
# /etc/rancher/k3s/auth-config.yaml on every server. k3s leaves out --anonymous-auth=false beside a file, so that a
# file without this section opens every path
apiVersion: apiserver.config.k8s.io/v1beta1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
{conditions 2}
# /etc/rancher/k3s/config.yaml on every server
kube-apiserver-arg:
- authentication-config=/etc/rancher/k3s/auth-config.yaml
# then, one server at a time: systemctl restart k3s
)",
               k3s_source},
    ProductRow{"k3s", Asked::some_paths, Present::either, "", "k3s before 1.31.9, 1.32.5 and 1.33.1", "", R"(
# This k3s always sets --anonymous-auth=false, and kube-apiserver exits when a file with `anonymous:` stands beside
# that flag. No path can be open; upgrade k3s to 1.31.9, 1.32.5, 1.33.1 or later first
)",
               k3s_source},
    ProductRow{"k3s", Asked::nothing_open, Present::either, "", "every version", "", R"(
# k3s sets --anonymous-auth=false by itself where config.yaml names no authentication-config: nothing is to be
# changed. Where it names one, write `anonymous: {enabled: false}` into that file on every server
)",
               k3s_source},

    ProductRow{"k0s", Asked::some_paths, Present::either, "", "k0s 1.36.3+k0s.2 and later",
               "spec.api.extraArgs in /etc/k0s/k0s.yaml", R"(
# k0s 1.36.3+k0s.2 and later; an earlier one always sets --anonymous-auth=false, and kube-apiserver exits beside it
# /etc/k0s/auth-config.yaml on every controller
apiVersion: apiserver.config.k8s.io/v1beta1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
{conditions 2}
# /etc/k0s/k0s.yaml on every controller, without anonymous-auth
spec:
  api:
    extraArgs:
      authentication-config: /etc/k0s/auth-config.yaml
# then, one controller at a time: systemctl restart k0scontroller
)",
               k0s_source},
    ProductRow{"k0s", Asked::nothing_open, Present::either, "", "every version", "", R"(
# k0s sets --anonymous-auth=false by itself: nothing is to be changed, unless the file of authentication-config in
# spec.api.extraArgs has a section anonymous; then write enabled: false there
)",
               k0s_source},

    ProductRow{"kOps", Asked::some_paths, Present::either, "", "every version", "", R"(
# kOps sets --anonymous-auth=false whatever the cluster spec says, and kube-apiserver exits when the file of
# authenticationConfigFile has a section anonymous beside it. No path can be open, and every path is closed already.
# kOps' own probes use a client certificate (kube-apiserver-healthcheck)
)",
               kops_source},
    ProductRow{"kOps", Asked::nothing_open, Present::either, "", "every version", "", R"(
# kOps sets --anonymous-auth=false whatever the cluster spec says: nothing is to be changed
)",
               kops_source},

    ProductRow{"Talos", Asked::some_paths, Present::a_file, "", "Talos 1.14 and later",
               "the document KubeAuthenticationConfig of the machine configuration", R"(
# patch.yaml: Talos 1.14 and later; jwt of the document stays
apiVersion: v1alpha1
kind: KubeAuthenticationConfig
configuration:
  anonymous:
    enabled: true
    conditions:
{conditions 4}
# then, one node at a time: talosctl -n NODE patch machineconfig --patch @patch.yaml
)",
               talos_source},
    ProductRow{"Talos", Asked::some_paths, Present::no_file, "", "Talos before 1.14", "", R"(
# Talos before 1.14 sets --anonymous-auth=false, and kube-apiserver exits when a file with `anonymous:` stands beside
# that flag. Whether that Talos can leave the flag out is not known. Every path is closed already; from Talos 1.14 on
# the document KubeAuthenticationConfig opens paths
)",
               "https://github.com/siderolabs/talos/releases/tag/v1.1.0-beta.2 (anonymous access is off by "
               "default)"},
    ProductRow{"Talos", Asked::nothing_open, Present::a_file, "", "Talos 1.14 and later",
               "the document KubeAuthenticationConfig of the machine configuration", R"(
# patch.yaml: Talos 1.14 and later; jwt of the document stays
apiVersion: v1alpha1
kind: KubeAuthenticationConfig
configuration:
  anonymous:
    enabled: false
# then, one node at a time: talosctl -n NODE patch machineconfig --patch @patch.yaml
)",
               talos_source},
    ProductRow{"Talos", Asked::nothing_open, Present::no_file, "", "Talos before 1.14", "", R"(
# Talos sets --anonymous-auth=false by itself: nothing is to be changed
)",
               "https://github.com/siderolabs/talos/releases/tag/v1.1.0-beta.2"},

    ProductRow{"MicroK8s", Asked::some_paths, Present::either, "", "every version",
               "/var/snap/microk8s/current/args/kube-apiserver", R"(
# MicroK8s authorizes by AlwaysAllow unless RBAC is enabled: then kube-apiserver switches anonymous access off by
# itself, and a file that opens a path opens it with every right. So write the file first, then
# `microk8s enable rbac`, which would open every path without it; users need bindings before
# /var/snap/microk8s/current/args/auth-config.yaml on every control-plane node
apiVersion: apiserver.config.k8s.io/v1beta1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
{conditions 2}
# /var/snap/microk8s/current/args/kube-apiserver on every control-plane node, both lines at once
--authentication-config=/var/snap/microk8s/current/args/auth-config.yaml
--authorization-mode=RBAC,Node
# then, one node at a time: snap restart microk8s.daemon-kubelite
)",
               microk8s_source},
    ProductRow{"MicroK8s", Asked::nothing_open, Present::either, "", "every version",
               "/var/snap/microk8s/current/args/kube-apiserver", R"(
# MicroK8s authorizes by AlwaysAllow unless RBAC is enabled: whoever has any credential may do everything. Users need
# bindings before the mode changes
# /var/snap/microk8s/current/args/kube-apiserver on every control-plane node, both lines at once
--anonymous-auth=false
--authorization-mode=RBAC,Node
# then, one node at a time: snap restart microk8s.daemon-kubelite
)",
               microk8s_source},

    ProductRow{"OpenShift", Asked::some_paths, Present::either, "", "OpenShift 4", "", openshift_lines,
               not_found},
    ProductRow{"OpenShift", Asked::nothing_open, Present::either, "", "OpenShift 4", "", openshift_lines,
               not_found},

    ProductRow{"Cluster API", Asked::some_paths, Present::either, "",
               "v1beta1; v1beta2 writes extraArgs as a list",
               "spec.kubeadmConfigSpec of the KubeadmControlPlane", R"(
# kubectl edit kubeadmcontrolplane NAME (on the management cluster; it replaces the machines one by one)
spec:
  kubeadmConfigSpec:
    files:
    - path: /etc/kubernetes/nightlatch/config/authn.yaml
      owner: root:root
      permissions: "0600"
      content: |
        apiVersion: apiserver.config.k8s.io/v1beta1
        kind: AuthenticationConfiguration
        anonymous:
          enabled: true
          conditions:
{conditions 10}
    clusterConfiguration:
      apiServer:
        extraArgs:  # cluster.x-k8s.io/v1beta2: a list of {name: ..., value: ...}; without anonymous-auth
          authentication-config: /etc/kubernetes/nightlatch/config/authn.yaml
        extraVolumes:
        - name: nightlatch-authn
          hostPath: /etc/kubernetes/nightlatch/config
          mountPath: /etc/kubernetes/nightlatch/config
          readOnly: true
          pathType: Directory
)",
               cluster_api_source},
    ProductRow{"Cluster API", Asked::nothing_open, Present::either, "", "every version", "", R"(
# kubeadm, which makes these machines, writes probes without credentials. With --anonymous-auth=false the kubelet would
# kill each new API server, and no machine would become ready. Choose health-only
)",
               cluster_api_source},

    ProductRow{"Gardener", Asked::some_paths, Present::either, "", "Kubernetes 1.31 and later",
               "spec.kubernetes.kubeAPIServer.structuredAuthentication of the Shoot", R"(
# in the project's namespace of the garden cluster; keep the jwt of a ConfigMap that is there already
apiVersion: v1
kind: ConfigMap
metadata:
  name: authentication-config
  namespace: garden-PROJECT
data:
  config.yaml: |
    apiVersion: apiserver.config.k8s.io/v1beta1
    kind: AuthenticationConfiguration
    anonymous:
      enabled: true
      conditions:
{conditions 6}
# the Shoot, without enableAnonymousAuthentication; Gardener rolls it out at the next reconciliation
spec:
  kubernetes:
    kubeAPIServer:
      structuredAuthentication:
        configMapName: authentication-config
)",
               gardener_source},
    ProductRow{"Gardener", Asked::nothing_open, Present::either, "", "every version", "", R"(
# Gardener switches anonymous access off by default: nothing is to be changed, unless the Shoot has
# enableAnonymousAuthentication, or its ConfigMap of structuredAuthentication a section anonymous
)",
               gardener_source},

    ProductRow{"Deckhouse", Asked::some_paths, Present::either, "",
               "releases with an AuthenticationConfiguration of their own", "", R"(
# Deckhouse's control-plane-manager writes the manifest and, in its newer releases, an AuthenticationConfiguration that
# opens /healthz, /livez and /readyz and nothing else. A setting for other paths is not known, nor which release was the
# first: kubectl -n kube-system get pod -l component=kube-apiserver -o yaml | grep authentication-config
)",
               deckhouse_source},
    ProductRow{"Deckhouse", Asked::nothing_open, Present::either, "", "every version", "", R"(
# Deckhouse's control-plane-manager sets --anonymous-auth=false or an AuthenticationConfiguration of its own, by release.
# A setting that changes this is not known
)",
               deckhouse_source},

    ProductRow{"GKE", Asked::some_paths, Present::either, "", "clusters with AnonymousAuthenticationConfig",
               "the cluster's anonymousAuthenticationConfig", R"(
# LIMITED leaves the health check endpoints open, and nothing else; other paths cannot be chosen
gcloud container clusters update CLUSTER --location=LOCATION --anonymous-authentication-config=LIMITED
)",
               gke_source},
    ProductRow{"GKE", Asked::nothing_open, Present::either, "", "clusters with AnonymousAuthenticationConfig",
               "the cluster's anonymousAuthenticationConfig", R"(
# LIMITED is the most that can be closed: the health check endpoints stay open
gcloud container clusters update CLUSTER --location=LOCATION --anonymous-authentication-config=LIMITED
)",
               gke_source},
    ProductRow{"EKS", Asked::some_paths, Present::either, "", "not known", "", managed_lines, not_found},
    ProductRow{"EKS", Asked::nothing_open, Present::either, "", "not known", "", managed_lines, not_found},
    ProductRow{"AKS", Asked::some_paths, Present::either, "", "not known", "", managed_lines, not_found},
    ProductRow{"AKS", Asked::nothing_open, Present::either, "", "not known", "", managed_lines, not_found},
};

}  // namespace

std::span<const ProductRow> product_rows() {
  return rows;
}

}  // namespace nightlatch::plan
