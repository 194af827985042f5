// Checks of a plan: 33xx. A check stops nothing. Each warning and each check that is graded unknown has a row
// here; a check that is graded ok has none.
#pragma once

#include <algorithm>
#include <array>

#include "util/result.hpp"

namespace nightlatch::plan_checks {

inline constexpr ErrorCode balancer_unknown{
    3301, Exit::done, "the load balancer's health check is not stated",
    "state the health check in the inventory, in loadBalancer.probe",
    "A health check that is answered 401 takes every API server out of the load balancer."};
inline constexpr ErrorCode join_by_token{
    3302, Exit::done, "kubeadm join by token stops working",
    "add the profile kubeadm-join, or join with a --discovery-file that holds the token",
    "kubeadm join reads the ConfigMap kube-public/cluster-info without credentials, before it trusts the "
    "cluster."};
inline constexpr ErrorCode kubeadm_reopens{
    3303, Exit::done, "kubeadm upgrade would write the old flags again",
    "change the ConfigMap kubeadm-config as the check says; nightlatch rewrite MANIFEST -p PLAYBOOK "
    "--kubeadm-config FILE makes the "
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
    "nightlatch apply PLAN --oidc-token-file FILE compares the user of that token before and after the "
    "change of "
    "each node",
    "An API server can be ready and still reject every login of its identity provider."};
inline constexpr ErrorCode more_algorithms{
    3306, Exit::done, "tokens may be signed with more algorithms than before",
    "configure the identity provider to sign only with the algorithms that you want",
    "The configuration file has no setting for --oidc-signing-algs: kube-apiserver accepts every algorithm "
    "that it knows."};
inline constexpr ErrorCode holder_not_last{
    3307, Exit::done, "the node that holds the endpoint's address does not go last",
    "leave spec.order to auto, or name this node last",
    "The restart of this node moves the address to a node that is still to be changed. The restart of that "
    "node moves the address again."};
inline constexpr ErrorCode api_server_down{
    3308, Exit::done, "an API server does not run",
    "nightlatch detect shows whether the manifest is the reason",
    "While another API server restarts, this one cannot answer in its place."};
inline constexpr ErrorCode image_unknown{
    3309, Exit::done, "whether a node has the API server's image is not known",
    "look on the node: crictl images, or ctr -n k8s.io images ls",
    "A restart that has to pull the image first lasts as long as the registry takes, or fails with it."};
inline constexpr ErrorCode callers_lose{
    3310, Exit::done, "callers of the audit log lose access",
    "ask their owners; add the path to the playbook, or let them send a credential",
    "They are let in without credentials today, and will be answered 401."};
inline constexpr ErrorCode owner_accepted{
    3311, Exit::done, "another tool manages a manifest, and --accept-owner named it",
    "make the same change in that tool before its next run",
    "The tool writes its own manifest at its next run, which undoes this change."};
inline constexpr ErrorCode patch_named{
    3312, Exit::done, "a kubeadm patch names a setting that the plan changes",
    "remove the setting from the patch before the next kubeadm upgrade --patches",
    "kubeadm applies the patch to the manifest that it writes: the API server would not start, or would be "
    "open again."};
inline constexpr ErrorCode etcd_without_quorum{
    3313, Exit::done, "etcd has no quorum now", "repair etcd first: etcdctl endpoint status --cluster",
    "Without a quorum no API server becomes ready, and the roll begins no node."};
inline constexpr ErrorCode etcd_quorum_unknown{
    3314, Exit::done, "whether etcd has its quorum is not known",
    "ask etcd: kubectl get --raw /readyz/etcd, or etcdctl endpoint status --cluster",
    "An API server that restarts while etcd has no quorum does not become ready."};
inline constexpr ErrorCode etcd_member_missing{
    3315, Exit::done, "no etcd member runs on a node whose API server uses the member of its own node",
    "start the member, or find out why it is gone: crictl ps -a --name etcd on the node",
    "That API server cannot become ready, and etcd can lose one member fewer."};
inline constexpr ErrorCode etcd_no_spare{
    3316, Exit::done, "the loss of one machine is the loss of etcd's quorum",
    "take a backup of etcd first, or grow the control plane to three nodes",
    "The roll stops no etcd member, but etcd does not survive the failure of a machine during the roll."};
inline constexpr ErrorCode leases_move{
    3317, Exit::done, "a restart moves leader leases, and kubelets may be NotReady for a minute",
    "nothing needs to be done", "Alerts on leader changes and on Nodes fire while it lasts."};
inline constexpr ErrorCode probe_without_path{
    3318, Exit::done, "a probe would only test whether the port is open",
    "choose a profile that leaves the probe's path open, such as health-only",
    "The kubelet would no longer see an API server that hangs, and would show one as ready that is not."};
inline constexpr ErrorCode probe_with_token{3319, Exit::done, "a probe sends a token of its own",
                                            "docs/probes.md describes the alternatives",
                                            "When the token expires, the probe fails on every node at once. "
                                            "Whoever may read pods can read the token."};
inline constexpr ErrorCode kubeadm_config_unread{
    3320, Exit::done, "the ConfigMap kubeadm-config cannot be read now",
    "run nightlatch rollback for the same run again when the API answers",
    "If it still says what the undone run wrote, kubeadm upgrade brings that back."};
inline constexpr ErrorCode kubeadm_config_changed{
    3321, Exit::done, "somebody changed the ConfigMap kubeadm-config since the run",
    "look at it: kubectl -n kube-system get cm kubeadm-config -o yaml",
    "nightlatch only undoes its own changes. kubeadm upgrade writes what the ConfigMap says."};

inline constexpr ErrorCode logins_move{
    3322, Exit::done, "logins by OpenID Connect move from --oidc-* into the configuration file",
    "compare a login before and after: nightlatch apply PLAN --oidc-token-file FILE",
    "kube-apiserver takes the flags or the file, never both."};
inline constexpr ErrorCode ca_inlined{
    3323, Exit::done, "the configuration file contains a copy of the identity provider's CA",
    "plan again when that CA is renewed", "kube-apiserver no longer reads the file of --oidc-ca-file."};
inline constexpr ErrorCode metrics_need_a_grant{
    3324, Exit::done, "/metrics answers 403 until RBAC lets system:unauthenticated get it",
    "bind a ClusterRole with get on /metrics to the group system:unauthenticated",
    "The configuration file lets the request in as system:anonymous, and RBAC decides what that user may "
    "do."};
inline constexpr ErrorCode gate_ends{
    3325, Exit::done, "a feature gate in the manifest is not known to later versions",
    "take the gate out of the manifest before that upgrade",
    "kube-apiserver does not start with a feature gate that it does not know."};
inline constexpr ErrorCode file_readable{
    3326, Exit::done, "kube-apiserver does not run as root and must be able to read the configuration file",
    "give the file a group or an owner that the process has",
    "kube-apiserver exits when it cannot read the file."};
inline constexpr ErrorCode authorizer_unread{
    3327, Exit::done, "the file of --authorization-config was not read",
    "look into the file: it must not list the authorizer AlwaysAllow",
    "With AlwaysAllow every request that is let in may do everything, on the open paths and beyond."};

inline constexpr ErrorCode facts_unknown{
    3328, Exit::done, "a node reports facts that this version of nightlatch does not know",
    "use the version of nightlatch that last worked on the node, or a newer one",
    "This version ignores those facts. A newer version may judge the node differently."};

inline constexpr ErrorCode object_not_put_back{
    3329, Exit::done, "an object of the run cannot be put back by this version of nightlatch",
    "compare it by hand with what it was, or roll back with the version that made the run",
    "The rollback leaves it as the run wrote it."};

inline constexpr ErrorCode expression_unjudged{
    3330, Exit::done, "the configuration file has a CEL expression that nightlatch does not judge",
    "test the file on one kube-apiserver of this version first; the gates stop the roll where it does not "
    "start",
    "kube-apiserver compiles the expression when it starts, and exits where it finds a mistake."};

inline constexpr ErrorCode balancer_partial{
    3331, Exit::done, "the load balancer does not lead to every node, or does not show it",
    "look at the load balancer: whether its health check holds for every node today",
    "What the load balancer does not show before the roll cannot be missed after a change."};

inline constexpr ErrorCode node_skipped{
    3332, Exit::done, "a node does not answer, and the rollback leaves it as it is (--skip)",
    "when the node is back: nightlatch rollback RUN puts it back as well",
    "The node keeps the manifest that the undone run wrote, and its API server serves with it once the node "
    "is back."};

inline constexpr ErrorCode input_accepted{
    3333, Exit::done, "a file that the next start reads first, and --accept-input named it",
    "look at the file on the node before the roll",
    "Where kube-apiserver cannot read the file, it does not start, and the node is put back to an API server "
    "that does not start either."};

inline constexpr ErrorCode may_reboot{
    3334, Exit::done, "a node may be restarted in mid-roll",
    "restart the node before the roll, or keep others from it until the roll is over; kured: kubectl -n "
    "kube-system annotate ds kured weave.works/kured-node-lock='{\"nodeID\":\"manual\"}'",
    "A machine that is started again in mid-change gets its old manifest back, and while it is away, the "
    "roll "
    "takes another API server away."};

inline constexpr ErrorCode edit_kept{
    3335, Exit::done, "a manifest was edited since the run that is undone, and the edit stays",
    "read the diff of this node: it takes out what the run wrote, and nothing else",
    "Somebody, or kubeadm upgrade, wrote the manifest after that run. Its old bytes would undo that as "
    "well."};

inline constexpr ErrorCode node_joined{3336, Exit::done,
                                       "a control-plane node joined after the run that is undone",
                                       "nightlatch detect shows how exposed the node is; add it to the "
                                       "inventory, and change it by a plan of its own",
                                       "kubeadm wrote its manifest from the ConfigMap as the run had left "
                                       "it, so this node may stay new when the others "
                                       "are old."};

inline constexpr ErrorCode opens_every_path{
    3337, Exit::done, "anonymous requests are let in on every path again",
    "close it again as soon as the reason is gone: nightlatch apply -p PLAYBOOK",
    "rollback --to-open opens what any lockdown has closed. RBAC alone then decides what they may do."};

inline constexpr ErrorCode version_accepted{
    3338, Exit::done, "a version that nightlatch was not tested with, and --accept-version named it",
    "read what the release notes of that version say of anonymous access and of AuthenticationConfiguration, "
    "and "
    "apply the plan to a cluster that may fail first",
    "The rules of the newest known version decide what the plan says of exposure. The gates ask the real API "
    "server, "
    "and a node that does not answer as the plan says is put back."};

inline constexpr ErrorCode controller_unknown{
    3339, Exit::done, "the manifest has a mark of a tool that may write it again",
    "find out what writes that mark, and make the same change there",
    "A tool that writes the manifest by itself undoes the change at its next run."};

inline constexpr ErrorCode mount_left{
    3340, Exit::done, "a volume and a mount of an earlier configuration file are left",
    "take volume and mount out of the manifest before the file is deleted on the node",
    "The kubelet starts no pod whose hostPath of type File or Directory is missing."};

inline constexpr ErrorCode window_shut{
    3350, Exit::done, "the window of the playbook is shut now",
    "apply the plan when it opens, or let nightlatch apply PLAN --wait-for-window wait for it",
    "apply begins no node outside the window, and ends with 8."};
inline constexpr ErrorCode window_short{
    3351, Exit::done, "the roll may not fit into one opening of the window",
    "go on with nightlatch resume in the next opening, or give spec.window more time",
    "A node is begun only if its worst case and its rollback fit in before the end, so that the cluster may "
    "stay "
    "mixed from one opening to the next."};
inline constexpr ErrorCode window_never{
    3352, Exit::done, "no opening of the window is long enough for one node",
    "give spec.window more time, or spec.gates less",
    "apply begins no node whose worst case and rollback do not fit in before the end of the window."};

inline constexpr std::array all{window_shut,
                                window_short,
                                window_never,
                                balancer_unknown,
                                join_by_token,
                                kubeadm_reopens,
                                new_node_unprepared,
                                login_untested,
                                more_algorithms,
                                holder_not_last,
                                api_server_down,
                                image_unknown,
                                callers_lose,
                                owner_accepted,
                                patch_named,
                                etcd_without_quorum,
                                etcd_quorum_unknown,
                                etcd_member_missing,
                                etcd_no_spare,
                                leases_move,
                                probe_without_path,
                                probe_with_token,
                                kubeadm_config_unread,
                                kubeadm_config_changed,
                                logins_move,
                                ca_inlined,
                                metrics_need_a_grant,
                                gate_ends,
                                file_readable,
                                authorizer_unread,
                                facts_unknown,
                                object_not_put_back,
                                expression_unjudged,
                                balancer_partial,
                                node_skipped,
                                input_accepted,
                                may_reboot,
                                edit_kept,
                                node_joined,
                                opens_every_path,
                                version_accepted,
                                controller_unknown,
                                mount_left};

// The row of `number`, such as 3302; nullptr: there is none.
[[nodiscard]] constexpr const ErrorCode* find(int number) {
  const auto* row =
      std::find_if(all.begin(), all.end(), [&](const ErrorCode& code) { return code.number == number; });
  return row == all.end() ? nullptr : row;
}

}  // namespace nightlatch::plan_checks
