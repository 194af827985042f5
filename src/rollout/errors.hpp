// Error codes of this room. 40xx: the journal. 41xx: this run leaves no node in mid-change. 42xx: a node
// failed after its swap and gets its old manifest back. 43xx: a person is needed.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::rollout_errors {

inline constexpr ErrorCode journal_exists{
    4001, Exit::refused, "the run's journal exists already",
    "run the command again: a run's id is made of its start time and plan"};
inline constexpr ErrorCode journal_broken{
    4002, Exit::usage, "a journal was changed or damaged after it was written",
    "nightlatch status reads the state of each node from the node itself"};
inline constexpr ErrorCode journal_unwritable{
    4003, Exit::needs_person, "the journal cannot be written",
    "free space in the state directory, then run nightlatch status"};
inline constexpr ErrorCode journal_room{4004, Exit::refused, "there is no room for the run's journal",
                                        "free space in the state directory, then run the command again"};
inline constexpr ErrorCode journal_unended{
    4005, Exit::coverage, "a journal has no end, and nothing tells whether its last records are missing",
    "nightlatch status reads the state of each node from the node itself"};
inline constexpr ErrorCode evidence_differs{
    4006, Exit::usage, "the files of a run do not agree with each other",
    "nightlatch status reads the state of each node from the node itself"};
inline constexpr ErrorCode preflight_changed{
    4101, Exit::refused, "the node's manifest is not what the plan was made from",
    "plan again from the manifest as it is now: nightlatch plan -p PLAYBOOK --out PLAN"};
inline constexpr ErrorCode preflight_busy{
    4102, Exit::refused, "another run has not finished on the node",
    "nightlatch status shows that run; end it with nightlatch resume RUN or nightlatch rollback RUN"};
inline constexpr ErrorCode preflight_peer{
    4103, Exit::refused, "another API server of the cluster is not ready", "make it ready, then plan again"};
inline constexpr ErrorCode preflight_lost{4104, Exit::refused, "the node cannot be reached",
                                          "check ssh to the node, then apply again"};
inline constexpr ErrorCode node_refused{4105, Exit::refused,
                                        "the node refused a step before its manifest was touched",
                                        "correct what the message names, then plan again"};
inline constexpr ErrorCode declined{4106, Exit::refused, "a person said no",
                                    "when the node may be changed, go on with nightlatch resume RUN"};
inline constexpr ErrorCode interrupted{4107, Exit::interrupted, "the run was interrupted",
                                       "go on with nightlatch resume, or go back with nightlatch rollback"};
inline constexpr ErrorCode lock_lost{4109, Exit::locked, "the cluster's lock was lost",
                                     "nightlatch status --lock shows who holds it now"};
inline constexpr ErrorCode approval_ended{
    4118, Exit::refused, "the approvals of a plan have expired before its first node was begun",
    "ask for new ones: nightlatch plan approve PLAN --as NAME"};
inline constexpr ErrorCode window_ended{4119, Exit::window,
                                        "a node does not fit into what is left of the window",
                                        "go on in the next opening: nightlatch resume"};
inline constexpr ErrorCode hook_failed{
    4140, Exit::refused, "a hook of the playbook failed",
    "see what the hook said, put that right, then go on with nightlatch resume"};
inline constexpr ErrorCode not_balanced{
    4110, Exit::rolled_back, "the load balancer does not lead to the changed node again",
    "see what the load balancer's health check asks; it may ask a path that the playbook closes"};
inline constexpr ErrorCode balancer_silent{
    4115, Exit::refused, "no connection through the load balancer was answered",
    "look at the load balancer, or use a kubeconfig whose server is one node"};
inline constexpr ErrorCode balancer_unstated{
    4116, Exit::refused,
    "nobody stated what the load balancer's health check asks, and it would not show that it has dropped a "
    "changed node",
    "state it: --load-balancer-probe /healthz, or --load-balancer-probe tcp, or loadBalancer.probe in the "
    "inventory"};
inline constexpr ErrorCode login_unknown{4130, Exit::refused,
                                         "the user of the token cannot be determined before the change",
                                         "give a token that is valid for the whole roll, or none"};
inline constexpr ErrorCode login_differs{4230, Exit::rolled_back,
                                         "a login is not the same under the new configuration",
                                         "compare the flags --oidc-* with the section jwt of the new file"};
inline constexpr ErrorCode object_left{
    4120, Exit::mixed, "an object of the cluster's API was not changed with the nodes",
    "before any kubeadm upgrade: nightlatch resume, once the object can be written; or, where somebody has "
    "changed it, plan from what it says now: nightlatch plan -p PLAYBOOK --out PLAN"};
inline constexpr ErrorCode not_recovered{
    4112, Exit::mixed, "the cluster has not recovered from the restart of the changed node's API server",
    "fix what the message names, then go on with nightlatch resume"};
inline constexpr ErrorCode cluster_unseen{
    4113, Exit::refused, "the Nodes or leader leases that a restart disturbs cannot be read",
    "use a context whose user may read Nodes, and Leases of kube-system"};
inline constexpr ErrorCode etcd_away{4114, Exit::refused, "etcd does not answer with its quorum",
                                     "look at etcd's members: etcdctl endpoint status --cluster"};
inline constexpr ErrorCode login_ended{
    4117, Exit::mixed, "the API servers refuse the login of the kubeconfig, which they took before",
    "log in again, then nightlatch resume"};
inline constexpr ErrorCode not_restarted{4201, Exit::rolled_back, "no new kube-apiserver was seen in time",
                                         "read the kubelet's log on the node"};
inline constexpr ErrorCode api_server_exited{4202, Exit::rolled_back,
                                             "kube-apiserver refused its configuration",
                                             "correct what the quoted line names, then plan again"};
inline constexpr ErrorCode gates_late{4203, Exit::rolled_back, "the gates did not hold in time",
                                      "read kube-apiserver's log on the node"};
inline constexpr ErrorCode restarted_again{4204, Exit::rolled_back,
                                           "kube-apiserver was restarted while it was watched",
                                           "read kube-apiserver's log on the node"};
inline constexpr ErrorCode still_open{4205, Exit::rolled_back, "a path that must be closed still answers",
                                      "nightlatch detect shows what each API server answers"};
inline constexpr ErrorCode probe_unauthorized{4206, Exit::rolled_back,
                                              "a probe of the kubelet would be answered 401",
                                              "open the probe's path in the playbook"};
inline constexpr ErrorCode swap_refused{4207, Exit::rolled_back, "the node refused the swap",
                                        "correct what the message names, then plan again"};
inline constexpr ErrorCode mark_refused{4208, Exit::rolled_back, "the node refused to go on",
                                        "nightlatch status shows the state of each node"};
inline constexpr ErrorCode guard_restored{
    4209, Exit::rolled_back, "the node's guard has put the old manifest back",
    "find out why the run could not reach the node in time, then apply again"};
inline constexpr ErrorCode restored_by_hand{4213, Exit::rolled_back,
                                            "somebody has put the old manifest back by hand, on the node",
                                            "find out who it was and why, then apply again"};
inline constexpr ErrorCode config_differs{
    4210, Exit::rolled_back, "kube-apiserver has loaded another configuration than the one placed",
    "find out who changed the file on the node, then plan again"};
inline constexpr ErrorCode not_healthy_again{
    4301, Exit::needs_person, "no API server answers on a restored node",
    "read the kubelet's log on the node; when its API server answers, nightlatch rollback asks the gates "
    "again"};
inline constexpr ErrorCode foreign{4302, Exit::needs_person, "somebody else has changed the manifest",
                                   "find out who changed it; nightlatch detect shows what is exposed"};
inline constexpr ErrorCode unknown_state{4303, Exit::needs_person, "the state of the node is not known",
                                         "run nightlatch status when the node can be reached again"};
inline constexpr ErrorCode final_difference{4304, Exit::needs_person, "a node is not as the run left it",
                                            "nightlatch detect shows what each API server answers"};

inline constexpr ErrorCode not_as_before{
    4305, Exit::needs_person, "a restored node serves, but not as it did before the change",
    "mend what the message names, then nightlatch rollback, which asks the gates again"};
inline constexpr ErrorCode exits_again{4306, Exit::needs_person,
                                       "the API server of a restored node ends again and again",
                                       "read the log of its last container on the node; when it stays, "
                                       "nightlatch rollback asks the gates again"};
inline constexpr ErrorCode restore_refused{4307, Exit::needs_person, "the node refused a step of its restore",
                                           "correct what the message names, then nightlatch rollback"};

inline constexpr std::array all{
    journal_exists,   journal_broken,    journal_unwritable, journal_room,      journal_unended,
    evidence_differs, preflight_changed, preflight_busy,     preflight_peer,    preflight_lost,
    node_refused,     declined,          interrupted,        lock_lost,         approval_ended,
    window_ended,     not_balanced,      balancer_silent,    balancer_unstated, not_recovered,
    cluster_unseen,   etcd_away,         login_ended,        hook_failed,       object_left,
    login_unknown,    login_differs,     not_restarted,      api_server_exited, gates_late,
    restarted_again,  still_open,        probe_unauthorized, swap_refused,      mark_refused,
    guard_restored,   restored_by_hand,  config_differs,     not_healthy_again, foreign,
    unknown_state,    final_difference,  not_as_before,      exits_again,       restore_refused};

// Whether a node that was to be restored could not be brought to what it was before.
[[nodiscard]] constexpr bool is_unhealthy_again(int number) {
  return number == not_healthy_again.number || number == not_as_before.number ||
         number == exits_again.number || number == restore_refused.number;
}

// Whether the old manifest was put back without the run: by the guard, or by a person.
[[nodiscard]] constexpr bool is_restored_already(int number) {
  return number == guard_restored.number || number == restored_by_hand.number;
}

// The code with this number, as a record has it; nullptr: no code of this room has it.
[[nodiscard]] constexpr const ErrorCode* find(int number) {
  for (const ErrorCode& code : all) {
    if (code.number == number) return &code;
  }
  return nullptr;
}

}  // namespace nightlatch::rollout_errors
