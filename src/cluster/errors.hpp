// Error codes of this room: 1052-1063, which cluster is meant and who is at work on it.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::cluster_errors {

inline constexpr ErrorCode cluster_ambiguous{1052, Exit::usage, "the inventory has several clusters",
                                             "choose one with --cluster NAME"};
inline constexpr ErrorCode cluster_unknown{1053, Exit::usage, "the inventory has no such cluster",
                                           "name one that it has"};
inline constexpr ErrorCode cluster_without_inventory{
    1063, Exit::usage, "--cluster names a cluster of an inventory, and none is given",
    "give the inventory with -i FILE, or choose a context of the kubeconfig with --context NAME"};
inline constexpr ErrorCode locked{1060, Exit::locked, "another run holds the cluster's lock",
                                  "nightlatch status shows what it does; apply --wait waits for it"};
inline constexpr ErrorCode lock_unwritable{
    1061, Exit::refused, "the cluster's lock cannot be written",
    "use a context whose user may create, update and delete leases in kube-system"};
inline constexpr ErrorCode not_locked{1062, Exit::usage, "nobody holds the cluster's lock",
                                      "nightlatch status --lock"};

inline constexpr std::array all{cluster_ambiguous, cluster_unknown, cluster_without_inventory, locked,
                                lock_unwritable,   not_locked};

}  // namespace nightlatch::cluster_errors
