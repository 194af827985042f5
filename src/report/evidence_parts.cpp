#include "report/evidence_parts.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "report/run_situation.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

std::string value_of(const std::map<std::string, std::string>& data, const std::string& key) {
  auto found = data.find(key);
  return found == data.end() ? std::string{} : found->second;
}

}  // namespace

std::string moment_text(std::int64_t ms) {
  return utc_timestamp(std::chrono::system_clock::time_point(std::chrono::milliseconds(ms)));
}

std::string took_text(std::int64_t ms) {
  return human_duration(std::chrono::milliseconds(std::max<std::int64_t>(ms, 0)));
}

std::string began_with(const PastRun& run, const std::string& key) {
  return value_of(run.progress.begin, key);
}

std::string ended_with(const PastRun& run, const std::string& key) {
  return value_of(run.progress.end, key);
}

int number_in(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::vector<KeptApproval> approvals_of(const PastRun& run) {
  std::vector<KeptApproval> approvals;
  if (run.progress.approved_by.empty()) return approvals;
  for (const std::string& one : split(run.progress.approved_by, ',')) {
    std::string name(trim(one));
    approvals.push_back({name, began_with(run, "key." + name), began_with(run, "expires." + name)});
  }
  return approvals;
}

std::optional<access::Exposure> exposure_after(const PastRun& run, const std::string& node) {
  if (!run.plan) return std::nullopt;
  auto found = std::find_if(run.plan->nodes.begin(), run.plan->nodes.end(),
                            [&](const plan::NodePlan& one) { return one.name == node; });
  if (found == run.plan->nodes.end()) return std::nullopt;
  std::string ended = ended_with(run, "node." + node);
  rollout::NodeOutcome left =
      run.progress.find(node) == nullptr ? rollout::NodeOutcome::untouched : rollout::NodeOutcome::unknown;
  return exposure_now(*run.plan, *found, rollout::node_outcome_named(ended).value_or(left));
}

ClientSummary client_summary(const PastRun& run) {
  ClientSummary sum;
  std::int64_t answered = 0;
  std::int64_t took = 0;
  for (const facts::ClientSight& sight : run.timeline.client) {
    auto good = static_cast<std::int64_t>(sight.requests - std::min(sight.failed, sight.requests));
    sum.requests += sight.requests;
    sum.failed += sight.failed;
    sum.more_outages += sight.more_outages;
    sum.slowest_ms = std::max(sum.slowest_ms, sight.slowest_ms);
    answered += good;
    took += good * sight.usual_ms;
  }
  if (answered > 0) sum.usual_ms = took / answered;
  sum.outages = rollout::outages_of(run.timeline.client);
  return sum;
}

}  // namespace nightlatch::report
