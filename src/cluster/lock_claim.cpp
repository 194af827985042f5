#include "cluster/lock_claim.hpp"

#include <fmt/format.h>

#include "util/text.hpp"

namespace nightlatch::cluster {

std::string Process::text() const {
  return fmt::format("{} {} {} {}", boot, namespace_id, pid, start);
}

std::optional<Process> parse_process(std::string_view text) {
  std::vector<std::string> words = split(text, ' ');
  if (words.size() != 4) return std::nullopt;
  for (const std::string& word : words) {
    if (word.empty()) return std::nullopt;
  }
  return Process{words[0], words[1], words[2], words[3]};
}

bool may_be_at_work(const api::Lease& lease, const Process& self,
                    const std::function<bool(const Process&)>& lives) {
  auto process = parse_process(lease.process);
  bool ours_to_judge = process && process->boot == self.boot && process->namespace_id == self.namespace_id;
  return !ours_to_judge || lives(*process);
}

Claim judge_claim(const std::optional<api::Lease>& lease, const Process& self,
                  const std::function<bool(const Process&)>& lives) {
  if (!lease || lease->holder.empty()) return Claim::free;
  return may_be_at_work(*lease, self, lives) ? Claim::held : Claim::dead;
}

bool LeaseWatch::expired(const api::Lease& lease, Millis now) {
  if (version_ != lease.resource_version) {
    version_ = lease.resource_version;
    since_ = now;
  }
  return now - since_ >= api::lease_ttl;
}

std::string describe(const api::Lease& lease) {
  return fmt::format("run {} of {} holds the cluster's lock since {}, renewed last at {}", lease.run,
                     lease.holder, lease.acquired, lease.renewed);
}

}  // namespace nightlatch::cluster
