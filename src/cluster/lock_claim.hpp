// Who may have the cluster's lock, and when one that is held counts as lost. Pure: clocks come from outside.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/lease.hpp"

namespace nightlatch::cluster {

using Millis = std::chrono::milliseconds;

// A process, as far as another one on the same machine can recognise it: boot, PID namespace, PID, start.
struct Process {
  std::string boot;
  std::string namespace_id;
  std::string pid;
  std::string start;

  [[nodiscard]] std::string text() const;
  bool operator==(const Process&) const = default;
};
[[nodiscard]] std::optional<Process> parse_process(std::string_view text);

enum class Claim {
  free,  // nobody holds it
  dead,  // its holder was a process of this machine, and is no more
  held,
};
// `lives` tells whether a process of this machine, boot and namespace is still there.
[[nodiscard]] Claim judge_claim(const std::optional<api::Lease>& lease, const Process& self,
                                const std::function<bool(const Process&)>& lives);

// Whether the process that the lease names may live: it is not one of this machine that is no more.
[[nodiscard]] bool may_be_at_work(const api::Lease& lease, const Process& self,
                                  const std::function<bool(const Process&)>& lives);

// A lease has expired when this observer, by a clock that never goes back, saw it unchanged for its TTL
// (S21).
class LeaseWatch {
 public:
  [[nodiscard]] bool expired(const api::Lease& lease, Millis now);

 private:
  std::string version_;
  Millis since_{0};
};

// Our own renewals. That one fails while the API server at hand is away is no failure; after a TTL without
// any the lock may be another's.
class Renewals {
 public:
  explicit Renewals(Millis now) : last_(now) {}
  void succeeded(Millis now) { last_ = now; }
  [[nodiscard]] bool lost(Millis now) const { return now - last_ >= api::lease_ttl; }

 private:
  Millis last_;
};

// "run R of ana@bastion2 holds the cluster's lock since …"
[[nodiscard]] std::string describe(const api::Lease& lease);

}  // namespace nightlatch::cluster
