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
    "https://docs.siderolabs.com/talos/v1.14/reference/configuration/kubernetes/kubeauthenticationconfig; "
    "https://github.com/siderolabs/talos pkg/machinery/config/types/k8s/authentication.go (merge: replace)";
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
constexpr std::string_view openshift_source =
    "https://github.com/openshift/cluster-kube-apiserver-operator bindata/assets/config/defaultconfig.yaml "
    "(anonymous-auth is true) and https://github.com/openshift/api operator/v1/types.go "
    "(unsupportedConfigOverrides); kube-bench rh-1.0, 1.2.1: \"The default configuration should not be "
    "modified\"";
constexpr std::string_view gke_source =
    "https://docs.cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster, Restrict anonymous "
    "access to cluster endpoints";
constexpr std::string_view eks_source =
    "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html, Kubernetes 1.32, "
    "Anonymous authentication changes";
constexpr std::string_view eks_before_source =
    "https://github.com/aws/containers-roadmap/issues/532 (the request for such a setting)";
constexpr std::string_view aks_source =
    "https://learn.microsoft.com/en-us/azure/aks/cis-kubernetes (1.2.1, --anonymous-auth is false: Pass, for "
    "AKS 1.29 to 1.32); a setting was not found";

constexpr std::string_view openshift_lines = R"(
# Do not switch anonymous access off here: the operator sets anonymous-auth to true, its own probes ask without
# credentials, and there is no supported setting. spec.unsupportedConfigOverrides of the KubeAPIServer ends support
# and blocks upgrades. What remains is RBAC: what may a request without credentials do?
nightlatch rbac list
# take out the bindings that nobody needs, and let only known addresses reach the API server
)";

// Guide 004: where the manifest is out of reach, RBAC and the network remain.
constexpr std::string_view gke_limited_lines = R"(
# LIMITED leaves /healthz, /livez and /readyz open, and answers 401 on every other path; other paths cannot be chosen.
# Clusters that were made with GKE 1.35.0-gke.1171000 or later are LIMITED from their start
gcloud container clusters update CLUSTER --location=LOCATION --anonymous-authentication-config=LIMITED
# and let only known addresses reach the API server:
gcloud container clusters update CLUSTER --location=LOCATION --enable-master-authorized-networks --master-authorized-networks=CIDR
)";

constexpr std::string_view gke_before_lines = R"(
# GKE knows --anonymous-authentication-config=LIMITED from 1.32.2-gke.1234000 on; upgrade the control plane first.
# Until then RBAC and the network remain: what may a request without credentials do?
nightlatch rbac list
# take out the bindings that nobody needs, and let only known addresses reach the API server:
gcloud container clusters update CLUSTER --location=LOCATION --enable-master-authorized-networks --master-authorized-networks=CIDR
)";

constexpr std::string_view eks_lines = R"(
# From Kubernetes 1.32 on EKS leaves /healthz, /livez and /readyz open without credentials, and answers 401 on every
# other path. A setting that opens or closes a path is not known. Let only known addresses reach the API server; with
# endpointPrivateAccess the nodes keep reaching it:
aws eks update-cluster-config --name CLUSTER --resources-vpc-config endpointPrivateAccess=true,publicAccessCidrs=CIDR
)";

constexpr std::string_view eks_before_lines = R"(
# EKS before Kubernetes 1.32 lets requests without credentials in on every path, and has no setting for it: upgrade to
# 1.32 or later. Until then RBAC and the network remain: what may a request without credentials do?
nightlatch rbac list
# take out the bindings that nobody needs, and let only known addresses reach the API server; with
# endpointPrivateAccess the nodes keep reaching it:
aws eks update-cluster-config --name CLUSTER --resources-vpc-config endpointPrivateAccess=true,publicAccessCidrs=CIDR
)";

constexpr std::string_view aks_lines = R"(
# Microsoft says that AKS sets --anonymous-auth=false: every path is closed, and a setting that opens one is not known.
# Ask it: 401 means closed, 200 and 403 mean that the request was let in
curl -sk -o /dev/null -w '%{http_code}\n' https://SERVER/livez
# RBAC and the network remain: take out the bindings that nobody needs, and let only known addresses in
nightlatch rbac list
az aks update --resource-group GROUP --name CLUSTER --api-server-authorized-ip-ranges CIDR
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
{1.31}# in kube-apiserver-arg of config.yaml: feature-gates=AnonymousAuthConfigurableEndpoints=true
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
{1.31}- feature-gates=AnonymousAuthConfigurableEndpoints=true
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
{1.31}- feature-gates=AnonymousAuthConfigurableEndpoints=true
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
# patch.yaml: Talos 1.14 and later. A patch replaces `configuration` as a whole: put the jwt of the present document
# into it, or every OIDC login is lost: talosctl -n NODE get machineconfig -o yaml
apiVersion: v1alpha1
kind: KubeAuthenticationConfig
configuration:
  anonymous:
    enabled: true
    conditions:
{conditions 4}
  jwt: []  # the present list
# then, one node at a time: talosctl -n NODE patch machineconfig --patch @patch.yaml
)",
               talos_source},
    ProductRow{"Talos", Asked::some_paths, Present::no_file, "", "Talos before 1.14", "", R"(
# Talos before 1.14 sets --anonymous-auth=false and cannot leave it out, and kube-apiserver exits when a file with
# `anonymous:` stands beside that flag. extraArgs with anonymous-auth "true" would open every path. Every path is closed
# already; from Talos 1.14 on the document KubeAuthenticationConfig opens paths
)",
               "https://github.com/siderolabs/talos/issues/11324"},
    ProductRow{"Talos", Asked::nothing_open, Present::a_file, "", "Talos 1.14 and later",
               "the document KubeAuthenticationConfig of the machine configuration", R"(
# patch.yaml: Talos 1.14 and later. A patch replaces `configuration` as a whole: put the jwt of the present document
# into it, or every OIDC login is lost: talosctl -n NODE get machineconfig -o yaml
apiVersion: v1alpha1
kind: KubeAuthenticationConfig
configuration:
  anonymous:
    enabled: false
  jwt: []  # the present list
# then, one node at a time: talosctl -n NODE patch machineconfig --patch @patch.yaml
)",
               talos_source},
    ProductRow{"Talos", Asked::nothing_open, Present::no_file, "", "Talos before 1.14", "", R"(
# Talos sets --anonymous-auth=false by itself: nothing is to be changed
)",
               "https://github.com/siderolabs/talos/releases/tag/v1.1.0-beta.2"},

    ProductRow{"MicroK8s", Asked::some_paths, Present::either, "1.31.0", "MicroK8s 1.31 and later",
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
# /var/snap/microk8s/current/args/kube-apiserver on every control-plane node, all lines at once
--authentication-config=/var/snap/microk8s/current/args/auth-config.yaml
--authorization-mode=RBAC,Node
{1.31}--feature-gates=AnonymousAuthConfigurableEndpoints=true
# then, one node at a time: snap restart microk8s.daemon-kubelite
)",
               microk8s_source},
    ProductRow{"MicroK8s", Asked::some_paths, Present::either, "", "MicroK8s before 1.31", "", R"(
# kube-apiserver before 1.31 lets requests without credentials in on every path or on none. Upgrade MicroK8s first
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
               openshift_source},
    ProductRow{"OpenShift", Asked::nothing_open, Present::either, "", "OpenShift 4", "", openshift_lines,
               openshift_source},

    ProductRow{"Cluster API", Asked::some_paths, Present::either, "1.31.0",
               "Kubernetes 1.31 and later; v1beta2 writes extraArgs as a list",
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
{1.31}          feature-gates: AnonymousAuthConfigurableEndpoints=true
        extraVolumes:
        - name: nightlatch-authn
          hostPath: /etc/kubernetes/nightlatch/config
          mountPath: /etc/kubernetes/nightlatch/config
          readOnly: true
          pathType: Directory
)",
               cluster_api_source},
    ProductRow{"Cluster API", Asked::some_paths, Present::either, "", "Kubernetes before 1.31", "", R"(
# kube-apiserver before 1.31 lets requests without credentials in on every path or on none. Upgrade the cluster first
)",
               cluster_api_source},
    ProductRow{"Cluster API", Asked::nothing_open, Present::either, "", "every version", "", R"(
# kubeadm, which makes these machines, writes probes without credentials. With --anonymous-auth=false the kubelet would
# kill each new API server, and no machine would become ready. Choose health-only
)",
               cluster_api_source},

    ProductRow{"Gardener", Asked::some_paths, Present::either, "1.31.0", "Kubernetes 1.31 and later",
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
{1.31}      featureGates: {AnonymousAuthConfigurableEndpoints: true}
)",
               gardener_source},
    ProductRow{"Gardener", Asked::some_paths, Present::either, "", "Kubernetes before 1.31", "", R"(
# kube-apiserver before 1.31 lets requests without credentials in on every path or on none. Gardener closes them all by
# default; upgrade the Shoot first
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

    ProductRow{"GKE", Asked::some_paths, Present::either, "1.32.2", "GKE 1.32.2-gke.1234000 and later",
               "anonymousAuthenticationConfig of the cluster", gke_limited_lines, gke_source},
    ProductRow{"GKE", Asked::some_paths, Present::either, "", "GKE before 1.32.2", "", gke_before_lines,
               gke_source},
    ProductRow{"GKE", Asked::nothing_open, Present::either, "1.32.2", "GKE 1.32.2-gke.1234000 and later",
               "anonymousAuthenticationConfig of the cluster", gke_limited_lines, gke_source},
    ProductRow{"GKE", Asked::nothing_open, Present::either, "", "GKE before 1.32.2", "", gke_before_lines,
               gke_source},
    ProductRow{"EKS", Asked::some_paths, Present::either, "1.32.0", "Kubernetes 1.32 and later", "",
               eks_lines, eks_source},
    ProductRow{"EKS", Asked::some_paths, Present::either, "", "before Kubernetes 1.32", "", eks_before_lines,
               eks_before_source},
    ProductRow{"EKS", Asked::nothing_open, Present::either, "1.32.0", "Kubernetes 1.32 and later", "",
               eks_lines, eks_source},
    ProductRow{"EKS", Asked::nothing_open, Present::either, "", "before Kubernetes 1.32", "",
               eks_before_lines, eks_before_source},
    ProductRow{"AKS", Asked::some_paths, Present::either, "", "AKS 1.29 to 1.32; later ones are not known",
               "", aks_lines, aks_source},
    ProductRow{"AKS", Asked::nothing_open, Present::either, "", "AKS 1.29 to 1.32; later ones are not known",
               "", aks_lines, aks_source},
};

}  // namespace

std::span<const ProductRow> product_rows() {
  return rows;
}

}  // namespace nightlatch::plan
