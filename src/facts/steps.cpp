#include "facts/steps.hpp"

#include <algorithm>
#include <cstddef>

namespace nightlatch::facts {

namespace {

constexpr bool mid_change = true;
constexpr bool at_rest = false;

constexpr std::array states{
    ProtocolStepRow{ProtocolStep::idle, "idle", at_rest, ManifestSide::before},
    ProtocolStepRow{ProtocolStep::staged, "staged", mid_change, ManifestSide::before},
    ProtocolStepRow{ProtocolStep::cleaned, "cleaned", at_rest, ManifestSide::before},
    ProtocolStepRow{ProtocolStep::armed, "armed", mid_change, ManifestSide::before},
    ProtocolStepRow{ProtocolStep::swapped, "swapped", mid_change, ManifestSide::either},
    ProtocolStepRow{ProtocolStep::restarted, "restarted", mid_change, ManifestSide::either},
    ProtocolStepRow{ProtocolStep::gated, "gated", mid_change, ManifestSide::either},
    ProtocolStepRow{ProtocolStep::soaked, "soaked", mid_change, ManifestSide::either},
    ProtocolStepRow{ProtocolStep::confirmed, "confirmed", at_rest, ManifestSide::after},
    ProtocolStepRow{ProtocolStep::restoring, "restoring", mid_change, ManifestSide::either},
    ProtocolStepRow{ProtocolStep::restored, "restored", at_rest, ManifestSide::before},
    ProtocolStepRow{ProtocolStep::foreign, "foreign", at_rest, ManifestSide::foreign},
};

constexpr StepPart ahead = StepPart::ahead;
constexpr StepPart own = StepPart::own;
constexpr StepPart late = StepPart::late;
constexpr StepPart around = StepPart::around;
using Column = DurationColumn;
constexpr bool last = true;
constexpr bool on_the_way = false;

// clang-format off
constexpr std::array steps{
    JournalStepRow{JournalStep::backends, "backends", "surveying", "connections through the load balancer", ahead, Column::none, on_the_way},
    JournalStepRow{JournalStep::surveyed, "surveyed", "surveying", "two looks at Nodes, leases, rejected requests", ahead, Column::none, on_the_way},
    JournalStepRow{JournalStep::order, "order", "looking", "where the endpoint's address is", ahead, Column::none, on_the_way},
    JournalStepRow{JournalStep::config, "config", "config file", "the node's answer", ahead, Column::none, on_the_way},
    JournalStepRow{JournalStep::preflight, "preflight", "preflight", "this node and its peers", own, Column::none, on_the_way},
    JournalStepRow{JournalStep::person, "person", "asking", "your answer", own, Column::none, on_the_way},
    JournalStepRow{JournalStep::before_node, "beforeNode", "hook", "the hook beforeNode", own, Column::none, on_the_way},
    JournalStepRow{JournalStep::staged, "staged", "staging", "manifest and backup on disk", own, Column::none, on_the_way},
    JournalStepRow{JournalStep::armed, "armed", "arming", "the node's deadline", own, Column::none, on_the_way},
    JournalStepRow{JournalStep::rehearsed, "rehearsed", "rehearsing", "a restore into a scratch file", own, Column::none, on_the_way},
    JournalStepRow{JournalStep::swapped, "swapped", "swapping", "one rename", own, Column::restart, on_the_way},
    JournalStepRow{JournalStep::taken_over, "taken-over", "taking over", "the guard's new lease", own, Column::none, on_the_way},
    JournalStepRow{JournalStep::restarted, "restarted", "restarting", "drain and restart", own, Column::restart, on_the_way},
    JournalStepRow{JournalStep::gated, "gated", "gates", "probes and closed paths", own, Column::gates, on_the_way},
    JournalStepRow{JournalStep::soaked, "soaked", "soaking", "all gates to hold", own, Column::soak, on_the_way},
    JournalStepRow{JournalStep::after_node, "afterNode", "hook", "the hook afterNode, while the gates hold", own, Column::none, on_the_way},
    JournalStepRow{JournalStep::balanced, "balanced", "rejoining", "new connections through the load balancer", own, Column::balancer, on_the_way},
    JournalStepRow{JournalStep::confirmed, "confirmed", "confirming", "the node's last word", own, Column::none, last},
    JournalStepRow{JournalStep::cleaned, "cleaned", "backing out", "what was staged to go", own, Column::none, last},
    JournalStepRow{JournalStep::evidence, "evidence", "asking why", "the API server's log", own, Column::none, on_the_way},
    JournalStepRow{JournalStep::restoring, "restoring", "restoring", "the old manifest", own, Column::restore, on_the_way},
    JournalStepRow{JournalStep::back, "back", "restarting", "the old configuration", own, Column::restore, on_the_way},
    JournalStepRow{JournalStep::regated, "regated", "gates", "health as before", own, Column::restore, on_the_way},
    JournalStepRow{JournalStep::restored, "restored", "closing", "the node's last word", own, Column::restore, last},
    JournalStepRow{JournalStep::after_end, "afterNode-late", "hook", "the hook afterNode", late, Column::none, on_the_way},
    JournalStepRow{JournalStep::recovered, "recovered", "recovering", "Node Ready, leases renewed, no more 429 than before", around, Column::cluster, on_the_way},
};
// clang-format on

// A row that is missing or out of order does not compile.
template <typename Rows, typename Key>
constexpr bool stand_in_order(const Rows& rows, Key key) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(key(rows[i])) != i) return false;
  return true;
}
static_assert(stand_in_order(states, [](const ProtocolStepRow& row) { return row.step; }));
static_assert(states.size() == static_cast<std::size_t>(ProtocolStep::foreign) + 1);
static_assert(stand_in_order(steps, [](const JournalStepRow& row) { return row.step; }));
static_assert(steps.size() == static_cast<std::size_t>(JournalStep::recovered) + 1);

template <typename Rows>
const typename Rows::value_type* find_row(const Rows& rows, std::string_view name) {
  const auto* found =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
  return found == rows.end() ? nullptr : found;
}

}  // namespace

std::span<const ProtocolStepRow> protocol_steps() {
  return states;
}

std::span<const JournalStepRow> journal_steps() {
  return steps;
}

const ProtocolStepRow& row_of(ProtocolStep step) {
  return states[static_cast<std::size_t>(step)];
}

const JournalStepRow& row_of(JournalStep step) {
  return steps[static_cast<std::size_t>(step)];
}

const ProtocolStepRow* find_protocol_step(std::string_view name) {
  return find_row(states, name);
}

const JournalStepRow* find_journal_step(std::string_view name) {
  return find_row(steps, name);
}

std::optional<ProtocolStep> protocol_step_named(std::string_view name) {
  const ProtocolStepRow* row = find_protocol_step(name);
  if (row == nullptr) return std::nullopt;
  return row->step;
}

}  // namespace nightlatch::facts
