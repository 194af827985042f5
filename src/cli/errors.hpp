// Error codes of this room: 1051-1069, the command line itself.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::cli_errors {

inline constexpr ErrorCode bad_arguments{1051, Exit::usage, "the command line cannot be understood",
                                         "nightlatch --help"};
inline constexpr ErrorCode cluster_ambiguous{1052, Exit::usage, "the inventory has several clusters",
                                             "choose one with --cluster NAME"};
inline constexpr ErrorCode cluster_unknown{1053, Exit::usage, "the inventory has no such cluster",
                                           "name one that it has"};
inline constexpr ErrorCode nobody_to_ask{1054, Exit::usage, "there is no terminal to ask on",
                                         "review the plan, then apply it with --yes"};
inline constexpr ErrorCode playbook_unknown{1055, Exit::usage, "no playbook has this name",
                                            "nightlatch playbook list, or give a file"};
inline constexpr ErrorCode run_unknown{1056, Exit::usage, "there is no such run in the state directory",
                                       "nightlatch history lists the runs that this workstation knows"};
inline constexpr ErrorCode nothing_to_undo{1057, Exit::usage, "no run of this cluster left anything to do",
                                           "name a run: nightlatch history lists them"};
inline constexpr ErrorCode plan_of_other_cluster{1058, Exit::usage,
                                                 "the plan is of another cluster than the one chosen",
                                                 "choose the plan's cluster with --cluster"};
inline constexpr ErrorCode unexpected{1059, Exit::bug, "nightlatch ended in a way it should not",
                                      "please report it with the command line and this message"};
inline constexpr ErrorCode locked{1060, Exit::locked, "another run holds the cluster's lock",
                                  "nightlatch status shows what it does; apply --wait waits for it"};
inline constexpr ErrorCode lock_unwritable{
    1061, Exit::refused, "the cluster's lock cannot be written",
    "use a context whose user may create, update and delete leases in kube-system"};
inline constexpr ErrorCode not_locked{1062, Exit::usage, "nobody holds the cluster's lock",
                                      "nightlatch status --lock"};

inline constexpr ErrorCode nothing_to_confirm{
    1065, Exit::refused, "no node waits for this run's confirmation", "nightlatch status"};
inline constexpr ErrorCode restored_before{1066, Exit::rolled_back,
                                           "a node's guard has put the old manifest back already",
                                           "find out what kept the run from confirming, then apply again"};
inline constexpr ErrorCode gates_do_not_hold{1067, Exit::refused, "the gates of a node do not hold",
                                             "its guard puts the old manifest back; nightlatch status"};
inline constexpr ErrorCode confirm_refused{1068, Exit::refused, "a node did not take the confirmation",
                                           "nightlatch status"};

inline constexpr ErrorCode not_placed{1069, Exit::refused, "a host did not take the configuration file",
                                      "see the reason given, then prepare again"};

inline constexpr std::array all{
    bad_arguments,   cluster_ambiguous, cluster_unknown,       nobody_to_ask,   playbook_unknown,
    run_unknown,     nothing_to_undo,   plan_of_other_cluster, unexpected,      locked,
    lock_unwritable, not_locked,        nothing_to_confirm,    restored_before, gates_do_not_hold,
    confirm_refused, not_placed};

}  // namespace nightlatch::cli_errors
