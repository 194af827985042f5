// The cluster's lock: the Lease kube-system/nightlatch, which a run holds and renews (S21).
//
// Every write has the resourceVersion that was read, so that the API server refuses the second of two
// writers. Times are by the holder's clock: they are shown to people, and no decision uses them.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "api/kubeconfig.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

inline constexpr std::chrono::minutes lease_ttl{15};

struct Lease {
  std::string holder;  // ana@bastion2; empty: nobody
  std::string run;
  std::string process;           // of the holder, as rollout::Process writes it
  std::string acquired;          // UTC, 2026-11-22T01:14:05Z
  std::string renewed;           // the same
  std::string broken;            // who broke whose lock, and why; empty: nobody did
  std::string resource_version;  // of the Lease when it was read; empty: there was none

  bool operator==(const Lease&) const = default;
};

// nullopt: there is no such Lease. Errors: those of send(); denied; answer_unexpected.
[[nodiscard]] Result<std::optional<Lease>> read_lease(const Kubeconfig& kubeconfig,
                                                      const std::string& user_agent);

// Creates the Lease, or replaces the one that was read, and returns it with its new resourceVersion. Errors:
// lease_conflict, when another client wrote it first; those of send(); denied; answer_unexpected.
[[nodiscard]] Result<Lease> write_lease(const Kubeconfig& kubeconfig, const Lease& lease,
                                        const std::string& user_agent);

// Deletes the Lease that was read. A Lease that is gone or was written again since is left alone, which is no
// error. Errors: those of send(); denied; answer_unexpected.
[[nodiscard]] Status delete_lease(const Kubeconfig& kubeconfig, const Lease& lease,
                                  const std::string& user_agent);

}  // namespace nightlatch::api
