// Error codes of the commands: 1054 to 1058, 1065 to 1071, 1073 to 1078, 1080 to 1085, 1088, 1089 and 1091 to
// 1094.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::operate_errors {

inline constexpr ErrorCode nobody_to_ask{1054, Exit::usage, "there is no terminal to ask on",
                                         "look with --dry-run, then repeat the command with --yes"};
inline constexpr ErrorCode playbook_unknown{1055, Exit::usage, "no playbook has this name",
                                            "nightlatch playbook list, or give a file"};
inline constexpr ErrorCode run_unknown{
    1056, Exit::usage, "there is no such run in the state directory",
    "nightlatch status shows the newest run that the nodes know, nightlatch history "
    "those of this workstation"};
inline constexpr ErrorCode nothing_to_undo{
    1057, Exit::usage, "no run that can be undone or resumed was found, and a run cannot be read",
    "nightlatch status shows the newest run that the nodes know, nightlatch "
    "history those of this workstation"};
inline constexpr ErrorCode plan_of_other_cluster{1058, Exit::usage,
                                                 "the plan is of another cluster than the one chosen",
                                                 "choose the plan's cluster with --cluster"};

inline constexpr ErrorCode nothing_to_confirm{
    1065, Exit::refused, "no node waits for this run's confirmation",
    "nightlatch status shows the newest run and the state of each node"};
inline constexpr ErrorCode restored_before{
    1066, Exit::rolled_back, "a node's guard has put the old manifest back already",
    "nightlatch rollback asks the gates of the restored node; then nightlatch apply PLAN "
    "changes it again"};
inline constexpr ErrorCode gates_do_not_hold{
    1067, Exit::refused, "the gates of a node do not hold",
    "the node's guard puts the old manifest back: nightlatch status shows when"};
inline constexpr ErrorCode confirm_refused{1068, Exit::refused, "a node did not take the confirmation",
                                           "nightlatch status shows the state of each node"};

inline constexpr ErrorCode not_placed{
    1069, Exit::refused, "a host did not take the configuration file",
    "correct what the message names, then run nightlatch node prepare HOST again"};

inline constexpr ErrorCode would_overwrite{
    1070, Exit::usage, "a file with other bytes lies where rewrite would write",
    "name an empty directory with --out, and compare the two files before one replaces the other"};

inline constexpr ErrorCode copies_differ{
    1071, Exit::refused, "the copies of a run's plan on the nodes are not one and the same",
    "use the workstation that made the run, which has its own copy; or compare runs/RUN/plan.json under "
    "/etc/kubernetes/nightlatch on the nodes, and find out who changed one"};

inline constexpr ErrorCode unfit_approval{1084, Exit::usage, "an approval cannot be written like this",
                                          "nightlatch plan approve --help"};
inline constexpr ErrorCode no_signing_key{1073, Exit::usage, "there is no key to sign with",
                                          "name the file of a key with --key"};
inline constexpr ErrorCode nobody_applies{1074, Exit::usage,
                                          "a run that needs approvals does not say whose it is",
                                          "say who applies the plan with --as NAME, and with --key FILE"};
inline constexpr ErrorCode nothing_to_approve{
    1075, Exit::refused, "approvals are demanded, and there is no plan that people could have approved",
    "make a plan file and have it approved: nightlatch plan -p PLAYBOOK --out PLAN, then nightlatch plan "
    "approve PLAN --as NAME, then nightlatch apply PLAN --as NAME"};
inline constexpr ErrorCode signers_unnamed{
    1076, Exit::usage, "nothing names who may approve",
    "name the file with --allowed-signers, or in approvals.allowedSigners of inventory or playbook"};

inline constexpr ErrorCode outside_window{
    1077, Exit::window, "the window of the playbook is shut",
    "wait for it: --wait-for-window; or plan again with --outside-window, "
    "--reason and --ticket"};
inline constexpr ErrorCode override_not_planned{1078, Exit::usage,
                                                "a window is passed in a way that no plan says",
                                                "plan again, so that those who approve see it: nightlatch "
                                                "plan -p PLAYBOOK --outside-window --reason TEXT "
                                                "--ticket ID --out PLAN"};

inline constexpr ErrorCode hook_unusable{
    1085, Exit::usage, "the program of a hook cannot be run",
    "make it executable, or correct spec.hooks of the playbook: the run would stop when it calls it"};

inline constexpr ErrorCode bad_audit_time{1080, Exit::usage, "a time cannot be understood",
                                          "write 2026-11-21T10:00:00Z, 2026-11-21, or 24h for 24 hours ago"};
inline constexpr ErrorCode bad_threads{1081, Exit::usage, "a number of threads cannot be understood",
                                       "leave --threads away, or give a number from 1 to 64"};
inline constexpr ErrorCode what_if_rbac{1082, Exit::refused,
                                        "a what-if has nothing to compare with this profile",
                                        "name a playbook that changes authentication, such as health-only"};

inline constexpr ErrorCode follow_what{1083, Exit::usage, "--follow has nothing to follow",
                                       "name the one file of --audit-log-path"};

inline constexpr ErrorCode section_unknown{1088, Exit::usage, "a runbook has no section of this name",
                                           "name the file after one of the sections in docs/runbook.md"};
inline constexpr ErrorCode no_runbook{
    1089, Exit::usage, "a runbook is written for a plan that is applied",
    "give the file of a plan that leads forward; a rollback needs no runbook"};

inline constexpr ErrorCode unknown_outcome{1091, Exit::usage, "no run can end so",
                                           "nightlatch history lists the runs with their outcomes"};
inline constexpr ErrorCode not_a_bundle{1092, Exit::usage, "a file is no bundle of a run",
                                        "make one: nightlatch history export RUN --out FILE"};
inline constexpr ErrorCode bundle_altered{
    1093, Exit::usage, "a bundle was changed after it was made",
    "ask for the bundle again, and compare it with the run's directory: nightlatch history verify RUN"};
inline constexpr ErrorCode bundle_unsigned{
    1094, Exit::refused, "a bundle that must be signed is not",
    "ask for a signed one: nightlatch history export RUN --out FILE --key FILE"};

inline constexpr std::array all{
    section_unknown,      no_runbook,         nobody_to_ask,         playbook_unknown,
    run_unknown,          nothing_to_undo,    plan_of_other_cluster, nothing_to_confirm,
    restored_before,      gates_do_not_hold,  confirm_refused,       not_placed,
    would_overwrite,      copies_differ,      unfit_approval,        no_signing_key,
    nobody_applies,       nothing_to_approve, signers_unnamed,       outside_window,
    override_not_planned, bad_audit_time,     bad_threads,           what_if_rbac,
    follow_what,          hook_unusable,      unknown_outcome,       not_a_bundle,
    bundle_altered,       bundle_unsigned};

}  // namespace nightlatch::operate_errors
