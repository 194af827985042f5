// Error codes of this room: 30xx the plan file and its approvals, 32xx refusals of the planner. (31xx:
// plan/rewrite_errors.hpp.)
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::plan_errors {

inline constexpr ErrorCode not_a_plan{3001, Exit::usage, "the file is not a plan",
                                      "make one: nightlatch plan -p PLAYBOOK --out FILE"};
inline constexpr ErrorCode plan_edited{3002, Exit::refused, "the plan's hash is not that of its contents",
                                       "make the plan again; a plan is never edited by hand"};
inline constexpr ErrorCode plan_outdated{
    3003, Exit::refused, "something changed since the plan was made",
    "plan again, and review the new plan: nightlatch plan -p PLAYBOOK --out PLAN"};
inline constexpr ErrorCode not_an_approval{
    3010, Exit::usage, "a file is not an approval",
    "approvals are written by nightlatch plan approve PLAN --as NAME, and never edited by hand"};
inline constexpr ErrorCode approvals_missing{3011, Exit::refused, "a plan has fewer approvals than it needs",
                                             "ask for them: nightlatch plan approve PLAN --as NAME"};
inline constexpr ErrorCode no_nodes{
    3201, Exit::refused, "no control-plane node is known",
    "name the nodes in an inventory, or give a kubeconfig that may list nodes"};
inline constexpr ErrorCode api_needed{3202, Exit::refused, "the cluster's API could not be read",
                                      "check --kubeconfig and that the endpoint answers"};
inline constexpr ErrorCode wrong_cluster{3203, Exit::refused,
                                         "the kubeconfig and a node belong to different clusters",
                                         "check --kubeconfig and the inventory"};
inline constexpr ErrorCode machine_twice{3204, Exit::refused, "two entries of the inventory are one machine",
                                         "remove one of them from the inventory"};
inline constexpr ErrorCode not_a_member{
    3205, Exit::refused, "a machine is not a control-plane node of this cluster",
    "check the inventory: the machine's /etc/machine-id is no Node's machineID"};
inline constexpr ErrorCode node_missing{3206, Exit::refused,
                                        "a control-plane node is not in the inventory and would stay open",
                                        "add it to the inventory"};
inline constexpr ErrorCode no_manifest{
    3207, Exit::refused, "the node has no kube-apiserver manifest",
    "check that it is a control-plane node that runs kube-apiserver as a static pod"};
inline constexpr ErrorCode second_manifest{
    3208, Exit::refused, "several files in the manifests directory hold a kube-apiserver pod",
    "move the copy out of the directory: the kubelet reads every file in it whose name does not begin with a "
    "dot"};
inline constexpr ErrorCode pending_change{
    3209, Exit::refused, "the running kube-apiserver's arguments differ from its manifest",
    "find out who changed the manifest, and let that change take effect first"};
inline constexpr ErrorCode versions_differ{
    3210, Exit::refused, "the API servers run different minor versions", "finish the upgrade first"};
inline constexpr ErrorCode upgrade_running{3211, Exit::refused, "kubeadm is running on a node",
                                           "wait until it has ended"};
inline constexpr ErrorCode owned_by_other{3212, Exit::refused, "another product owns the manifest",
                                          "change that product's own setting instead"};
inline constexpr ErrorCode one_api_server{3213, Exit::refused,
                                          "the cluster has one API server: its restart is an outage",
                                          "apply again with --accept-outage"};
inline constexpr ErrorCode tools_missing{
    3214, Exit::refused, "the node lacks a command that the change needs", "install it on the node"};
inline constexpr ErrorCode disk_full{3215, Exit::refused, "too little free space under /etc/kubernetes",
                                     "free some space on the node"};
inline constexpr ErrorCode kubelet_down{3216, Exit::refused, "the kubelet does not run",
                                        "start the kubelet: nothing else restarts the API server"};
inline constexpr ErrorCode path_expired{3217, Exit::refused, "an extra path of the playbook has expired",
                                        "remove the path, or agree on a new date with its owner"};
inline constexpr ErrorCode run_unfinished{3218, Exit::refused, "a run has not finished on a node",
                                          "run nightlatch resume or nightlatch rollback for that run first"};
inline constexpr ErrorCode order_unknown{3219, Exit::usage, "spec.order does not name every node once",
                                         "name every node once, or set spec.order to auto"};
inline constexpr ErrorCode not_ours_anymore{
    3220, Exit::refused, "a manifest was changed since the run that is to be undone",
    "nightlatch detect shows what is exposed; change it by hand, or plan from what "
    "is there now: nightlatch plan -p PLAYBOOK"};
inline constexpr ErrorCode node_unreadable{3221, Exit::refused, "a node could not be read",
                                           "check ssh and sudo on the node"};
inline constexpr ErrorCode balancer_probe{3222, Exit::refused,
                                          "the load balancer's health check would be answered 401",
                                          "open its path in the playbook, or change the check"};
inline constexpr ErrorCode timeout_short{3223, Exit::refused, "gates.timeout is shorter than a restart takes",
                                         "make spec.gates.timeout longer in the playbook"};

inline constexpr ErrorCode input_missing{
    3230, Exit::refused, "a file that kube-apiserver reads when it starts is not on the node",
    "put the file back: the running process keeps what it read, but the next one would not start"};
inline constexpr ErrorCode certificate_ends{
    3231, Exit::refused, "a certificate of the API server has expired or expires within 7 days",
    "renew it first: kubeadm certs check-expiration lists the certificates, kubeadm certs renew renews them"};
inline constexpr ErrorCode image_pulled{
    3232, Exit::refused, "a restart would ask a registry for the image first",
    "write imagePullPolicy: IfNotPresent into the manifest; when the node is ready again, plan again"};
inline constexpr ErrorCode image_missing{3233, Exit::refused, "the API server's image is not on the node",
                                         "on the node: crictl pull, or ctr -n k8s.io images import"};
inline constexpr ErrorCode back_to_broken{
    3234, Exit::refused,
    "the rollback would lead back to an API server that does not start or that the kubelet kills",
    "leave the node as it is, or allow this with nightlatch rollback --to-broken"};
inline constexpr ErrorCode not_replaceable{3235, Exit::refused,
                                           "something on the node keeps a rename from replacing the manifest",
                                           "remove what the message names, then plan again"};
inline constexpr ErrorCode input_changed{
    3236, Exit::refused,
    "a file that only the next start reads was changed or moved after kube-apiserver started",
    "look at the file on the node, then plan again with --accept-input FILE"};
inline constexpr ErrorCode input_broken{3237, Exit::refused,
                                        "a file that kube-apiserver reads when it starts is damaged",
                                        "put a whole file there, then plan again"};
inline constexpr ErrorCode file_elsewhere{
    3240, Exit::refused, "a file that the manifest names lies at another path on the node",
    "mount its directory at the same path as on the node, so that it can be read there"};
inline constexpr ErrorCode other_owner{
    3242, Exit::refused, "another tool manages the manifest",
    "make the same change in that tool, then plan again with --accept-owner NAME"};
inline constexpr ErrorCode kubeadm_patch{
    3243, Exit::refused, "a kubeadm patch names a setting that the plan changes",
    "remove the setting from the patch; or set spec.persist.kubeadmConfig: false and change the ConfigMap "
    "kubeadm-config by hand"};
inline constexpr ErrorCode upgrade_unfinished{
    3241, Exit::refused, "kubeadm-config names another minor version than the API servers run",
    "finish the upgrade first: kubeadm upgrade plan shows what is left"};
inline constexpr ErrorCode config_differs{
    3251, Exit::refused, "the control-plane nodes do not hold one and the same configuration file",
    "finish the roll first: nightlatch status, then plan"};
inline constexpr ErrorCode config_unread{
    3252, Exit::refused, "the configuration file that a manifest names could not be read whole",
    "look at the file on the node"};
inline constexpr ErrorCode not_new{3253, Exit::refused, "the host is a control-plane node already",
                                   "there is nothing to prepare: nightlatch detect shows the node"};
inline constexpr ErrorCode other_file{3254, Exit::refused,
                                      "another file lies where the configuration file belongs",
                                      "look at the file and move it away: nightlatch never overwrites it"};
inline constexpr ErrorCode recipe_path{
    3256, Exit::refused,
    "the configuration file lies at a path that no shell and no YAML can be given as it is",
    "prepare the host over SSH: nightlatch node prepare HOST"};
inline constexpr ErrorCode recipe_unknown{3257, Exit::usage,
                                          "a file is not one that node prepare --print has made",
                                          "print it anew: nightlatch node prepare --help says how"};
inline constexpr ErrorCode balancer_unstated{
    3227, Exit::refused,
    "nobody stated what the load balancer's health check asks, and it would not show that it has dropped a "
    "changed node",
    "state it: --load-balancer-probe /healthz, or --load-balancer-probe tcp, or loadBalancer.probe in the "
    "inventory"};
inline constexpr ErrorCode metrics_ungranted{
    3228, Exit::refused, "RBAC does not let requests without credentials get /metrics",
    "take the profile metrics out of the playbook, or make the grant"};
inline constexpr ErrorCode ceiling_short{3224, Exit::refused,
                                         "the guard's ceiling is shorter than one node may take",
                                         "raise spec.rollback.ceiling, or set it to auto"};

inline constexpr ErrorCode only_rehearsed{3226, Exit::usage,
                                          "the run was a rehearsal: there is nothing to go on with",
                                          "apply the plan that was rehearsed: nightlatch apply PLAN"};
inline constexpr ErrorCode machine_cloned{
    3255, Exit::refused, "two machines have one machine id: one is a clone of the other",
    "give the clone a machine id of its own: remove /etc/machine-id, run systemd-machine-id-setup, reboot"};
inline constexpr ErrorCode skip_unknown{3260, Exit::usage, "--skip names a node that is not part of the run",
                                        "name a node of that run: nightlatch history RUN lists them"};
inline constexpr ErrorCode skip_answers{3261, Exit::refused,
                                        "--skip names a node that answers, and a rollback would leave it new",
                                        "roll back without --skip for this node"};
inline constexpr ErrorCode skip_all{
    3262, Exit::refused, "--skip leaves no node that could go back",
    "bring one of the nodes back; docs/by-hand.md says how to put a node back in its own shell"};
inline constexpr ErrorCode address_shared{3263, Exit::refused,
                                          "two API servers have one and the same address",
                                          "give each its own --advertise-address, an address that stays on "
                                          "its node: gates that ask one of them may be "
                                          "answered by the other"};
inline constexpr ErrorCode address_not_own{3264, Exit::refused,
                                           "another machine may answer where a node's API server is asked",
                                           "set --advertise-address to an address that stays on the node"};
inline constexpr ErrorCode kubeadm_config_unfit{
    3225, Exit::refused, "the ConfigMap kubeadm-config cannot be given the same change",
    "change the ConfigMap by hand, and set spec.persist.kubeadmConfig: false in the playbook"};

inline constexpr std::array all{not_a_plan,         plan_edited,       plan_outdated,
                                no_nodes,           api_needed,        wrong_cluster,
                                machine_twice,      not_a_member,      node_missing,
                                no_manifest,        second_manifest,   pending_change,
                                versions_differ,    upgrade_running,   owned_by_other,
                                one_api_server,     tools_missing,     disk_full,
                                kubelet_down,       path_expired,      run_unfinished,
                                order_unknown,      not_ours_anymore,  node_unreadable,
                                upgrade_unfinished, other_owner,       kubeadm_patch,
                                balancer_probe,     balancer_unstated, metrics_ungranted,
                                ceiling_short,      timeout_short,     file_elsewhere,
                                input_missing,      certificate_ends,  image_pulled,
                                image_missing,      back_to_broken,    not_replaceable,
                                input_changed,      input_broken,      kubeadm_config_unfit,
                                only_rehearsed,     machine_cloned,    skip_unknown,
                                skip_answers,       skip_all,          config_differs,
                                config_unread,      not_new,           other_file,
                                address_shared,     address_not_own,   recipe_path,
                                recipe_unknown,     not_an_approval,   approvals_missing};

}  // namespace nightlatch::plan_errors
