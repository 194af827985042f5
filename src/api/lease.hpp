// The cluster's lock: one Lease, kube-system/nightlatch, that the run at work holds and renews (S21).
//
// Every write names the resourceVersion that was read, so that of two writers one is told. Times are those of
// the holder's clock: for people, never for a judgement.
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
  std::string process;   // the holder's, as rollout::Process writes it
  std::string acquired;  // UTC, 2026-11-22T01:14:05Z
  std::string renewed;
  std::string broken;            // who took it away from whom, and why; empty: nobody did
  std::string resource_version;  // of what was read; empty: there was none

  bool operator==(const Lease&) const = default;
};

// nullopt: there is none.
[[nodiscard]] Result<std::optional<Lease>> read_lease(const Kubeconfig& kubeconfig,
                                                      const std::string& user_agent);

// Creates it, or replaces what was read; returns it with its new resourceVersion. lease_conflict: another
// write came first.
[[nodiscard]] Result<Lease> write_lease(const Kubeconfig& kubeconfig, const Lease& lease,
                                        const std::string& user_agent);

// Deletes what was read, and nothing newer: that it is gone or another's by now is no error.
[[nodiscard]] Status delete_lease(const Kubeconfig& kubeconfig, const Lease& lease,
                                  const std::string& user_agent);

}  // namespace nightlatch::api
