// What a plan says beside its changes: 33xx. A check stops nothing; a warning or what is not known has its
// row.
#pragma once

#include <algorithm>
#include <array>

#include "util/result.hpp"

namespace nightlatch::plan_checks {

inline constexpr ErrorCode balancer_unknown{
    3301, Exit::done, "the load balancer's health check is not stated",
    "write it into the inventory: loadBalancer.probe; or give --load-balancer-probe PATH, or tcp",
    "A health check that is answered 401 takes every API server out of the load balancer."};
inline constexpr ErrorCode join_by_token{
    3302, Exit::done, "kubeadm join by token stops working",
    "add the profile kubeadm-join, or join with a --discovery-file that holds the token",
    "kubeadm join reads the ConfigMap kube-public/cluster-info without credentials, before it trusts the "
    "cluster."};
inline constexpr ErrorCode kubeadm_reopens{
    3303, Exit::done, "kubeadm upgrade would write the old flags again",
    "change the ConfigMap kubeadm-config as the check says; nightlatch rewrite --kubeadm-config makes the "
    "file",
    "kubeadm writes the manifests of an upgrade from the ConfigMap kubeadm-config and not from the files on "
    "the nodes."};
inline constexpr ErrorCode new_node_unprepared{
    3304, Exit::done, "a new control-plane node needs the configuration file before it joins",
    "nightlatch node prepare HOST, before kubeadm join --control-plane",
    "kubeadm join writes a manifest that names the file and does not bring the file: that API server would "
    "not "
    "start."};
inline constexpr ErrorCode login_untested{
    3305, Exit::done, "logins by OpenID Connect move into the file and are not tested by the plan",
    "nightlatch apply --oidc-token-file FILE compares who such a token is, before and after, on each node",
    "An API server can be ready and still reject every login of its identity provider."};
inline constexpr ErrorCode more_algorithms{
    3306, Exit::done, "tokens may be signed with more algorithms than before",
    "let the identity provider sign with the algorithms that are wanted only",
    "The configuration file has no setting for --oidc-signing-algs: kube-apiserver takes every algorithm "
    "that "
    "it knows."};
inline constexpr ErrorCode holder_not_last{
    3307, Exit::done, "the node that holds the endpoint's address does not go last",
    "leave spec.order to auto, or name this node last",
    "Its restart moves the address to a node that is still to be changed, which moves it once more."};
inline constexpr ErrorCode api_server_down{
    3308, Exit::done, "an API server does not run",
    "find out why; nightlatch detect shows what its manifest is judged to be",
    "One API server that is down is one that cannot answer while another restarts."};
inline constexpr ErrorCode image_unknown{
    3309, Exit::done, "whether a node has the API server's image is not known",
    "look on the node: crictl images, or ctr -n k8s.io images ls",
    "A restart that has to pull the image first lasts as long as the registry takes, or fails with it."};
// 3310 belongs to the callers that an audit finds.
inline constexpr ErrorCode owner_accepted{
    3311, Exit::done, "something else looks after a manifest, as a person accepted",
    "give it the same change before its next run",
    "It writes the manifest as it knows it, and so undoes this change."};
inline constexpr ErrorCode patch_named{
    3312, Exit::done, "a patch of kubeadm names what the plan decides",
    "take the key out of the patch before the next kubeadm upgrade --patches",
    "kubeadm lays the patch over the manifest it writes: the API server would not start, or would be open "
    "again."};
inline constexpr ErrorCode etcd_without_quorum{
    3313, Exit::done, "etcd has no quorum now", "repair etcd first: etcdctl endpoint status --cluster",
    "Without a quorum no API server becomes ready, and the roll begins no node."};
inline constexpr ErrorCode etcd_quorum_unknown{
    3314, Exit::done, "whether etcd has its quorum is not known",
    "ask it: kubectl get --raw /readyz/etcd, or etcdctl endpoint status --cluster",
    "A restart on a machine with an etcd member must not meet a cluster that misses one already."};
inline constexpr ErrorCode etcd_member_missing{
    3315, Exit::done, "no etcd member runs on a node whose API server asks the one beside it",
    "start it, or find out why it is gone: crictl ps -a --name etcd on the node",
    "That API server cannot become ready, and the cluster survives one loss less."};
inline constexpr ErrorCode etcd_no_spare{
    3316, Exit::done, "the loss of one machine is the loss of etcd's quorum",
    "take a backup of etcd first, or grow the control plane to three nodes",
    "A restart of an API server does not touch etcd, but the machine has no second."};
inline constexpr ErrorCode leases_move{
    3317, Exit::done, "a restart moves leader leases, and kubelets may be NotReady for a minute",
    "expect it; nothing is to be done", "Alerts on leader changes and on Nodes fire while it lasts."};
inline constexpr ErrorCode probe_without_path{
    3318, Exit::done, "a probe would ask for an open port only",
    "choose a profile that leaves the probe's path open, such as health-only",
    "The kubelet would no longer see an API server that hangs, and would show one as ready that is not."};
inline constexpr ErrorCode probe_with_token{3319, Exit::done, "a probe sends a token of its own",
                                            "see docs/probes.md for what else it could ask",
                                            "When the token ends the probe fails on every node at once, and "
                                            "whoever may read pods can read the token."};
inline constexpr ErrorCode kubeadm_config_unread{
    3320, Exit::done, "the ConfigMap kubeadm-config cannot be read now",
    "nightlatch rollback of the same run once more, when the API answers",
    "If it still says what the undone run wrote, kubeadm upgrade brings that back."};
inline constexpr ErrorCode kubeadm_config_changed{
    3321, Exit::done, "somebody changed the ConfigMap kubeadm-config since the run",
    "look at it: kubectl -n kube-system get cm kubeadm-config -o yaml",
    "nightlatch only turns back bytes that it wrote itself; kubeadm upgrade writes what stands there."};

inline constexpr ErrorCode logins_move{
    3322, Exit::done, "logins by OpenID Connect move from --oidc-* into the configuration file",
    "compare a login before and after: nightlatch apply --oidc-token-file FILE",
    "kube-apiserver takes the flags or the file, never both."};
inline constexpr ErrorCode ca_inlined{
    3323, Exit::done, "the identity provider's CA stands in the configuration file from now on",
    "plan again when that CA is renewed", "kube-apiserver no longer reads the file of --oidc-ca-file."};
inline constexpr ErrorCode metrics_need_a_grant{
    3324, Exit::done, "/metrics answers 403 until RBAC lets system:unauthenticated get it",
    "bind a ClusterRole with get on /metrics to the group system:unauthenticated",
    "The configuration file lets the request in as system:anonymous; what it may do is for RBAC to say."};
inline constexpr ErrorCode gate_ends{
    3325, Exit::done, "a feature gate in the manifest is not known to later versions",
    "take the gate out of the manifest before that upgrade",
    "kube-apiserver does not start with a feature gate that it does not know."};
inline constexpr ErrorCode file_readable{
    3326, Exit::done, "kube-apiserver does not run as root and must be able to read the configuration file",
    "give the file a group or an owner that the process has", "It exits when it cannot read the file."};
inline constexpr ErrorCode authorizer_unread{
    3327, Exit::done, "the file of --authorization-config was not read",
    "look into it: it must not list the authorizer AlwaysAllow",
    "With AlwaysAllow every request that is let in may do everything, on the open paths and beyond."};

inline constexpr ErrorCode facts_unknown{
    3328, Exit::done, "a node reports facts that this version of nightlatch does not know",
    "use the version of nightlatch that last worked on the node, or a newer one",
    "What is not known here is not used: a newer version may judge the node otherwise."};

inline constexpr ErrorCode object_not_put_back{
    3329, Exit::done, "an object of the run cannot be put back by this version of nightlatch",
    "compare it by hand with what it was, or roll back with the version that made the run",
    "The rollback leaves it as the run wrote it."};

inline constexpr std::array all{
    balancer_unknown,    join_by_token,       kubeadm_reopens,       new_node_unprepared,
    login_untested,      more_algorithms,     holder_not_last,       api_server_down,
    image_unknown,       owner_accepted,      patch_named,           etcd_without_quorum,
    etcd_quorum_unknown, etcd_member_missing, etcd_no_spare,         leases_move,
    probe_without_path,  probe_with_token,    kubeadm_config_unread, kubeadm_config_changed,
    logins_move,         ca_inlined,          metrics_need_a_grant,  gate_ends,
    file_readable,       authorizer_unread,   facts_unknown,         object_not_put_back};

// nullptr: no check has this number.
[[nodiscard]] constexpr const ErrorCode* find(int number) {
  const auto* row =
      std::find_if(all.begin(), all.end(), [&](const ErrorCode& code) { return code.number == number; });
  return row == all.end() ? nullptr : row;
}

}  // namespace nightlatch::plan_checks
