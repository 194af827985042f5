// The one table of what can be said about how far a node is in a run: the states that its state file knows
// (docs/protocol.md) and the steps that the journal tells. Plan, run, simulator and screens read it here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace nightlatch::facts {

// What a node's state file says, in the order of a roll.
enum class ProtocolStep : std::uint8_t {
  idle,
  staged,
  cleaned,
  armed,
  swapped,
  restarted,
  gated,
  soaked,
  confirmed,
  restoring,
  restored,
  foreign,
};

// Which manifest lies on the node. either: the swap or the restore may have happened or not, or the kubelet
// may still run the other one. foreign: neither the old one nor the new one.
enum class ManifestSide : std::uint8_t { before, after, either, foreign };

struct ProtocolStepRow {
  ProtocolStep step;
  std::string_view name;  // in the protocol, the journal and `-o json`
  bool is_mid_change;     // a run must come back to this node, forward or back
  ManifestSide manifest;  // seen from a roll that applies a plan
};

// A step of a run at one node, in the order of a roll.
enum class JournalStep : std::uint8_t {
  backends,  // of the load balancer, before the first node
  surveyed,  // of the cluster, before the first node
  order,     // whose turn it is
  config,    // the config file, on every node before the first swap
  preflight,
  person,       // asked, where prompts are not answered in advance
  before_node,  // the hook of the playbook
  staged,
  armed,
  rehearsed,  // instead of the rest of the straight road
  swapped,
  taken_over,  // instead of all since preflight, where another run did that
  restarted,
  gated,
  soaked,
  after_node,  // the hook of the playbook, while the gates go on
  balanced,    // back in the load balancer
  confirmed,   // the end of the straight road
  cleaned,     // before the swap: back out
  evidence,
  restoring,
  back,
  regated,
  restored,   // the end of the undo
  after_end,  // the hook afterNode of a node that has ended without it
  recovered,  // around a node that has ended
};

// ahead: of all nodes or of whose turn it is. own: the node's own way. late: the node has ended, and stays at
// its last step. around: the node has ended, and what is around it is waited for.
enum class StepPart : std::uint8_t { ahead, own, late, around };

// The column of a report's durations in which a step counts. none: in the total alone.
enum class DurationColumn : std::uint8_t { none, restart, gates, soak, balancer, cluster, restore };

struct JournalStepRow {
  JournalStep step;
  std::string_view name;       // in the journal and `-o json`
  std::string_view doing;      // on a screen, while it goes on
  std::string_view waits_for;  // on a screen, when it takes long
  StepPart part;
  DurationColumn counts_in;
  bool is_last;  // of a node's own way: it is as it will stay
};

[[nodiscard]] std::span<const ProtocolStepRow> protocol_steps();
[[nodiscard]] std::span<const JournalStepRow> journal_steps();

[[nodiscard]] const ProtocolStepRow& row_of(ProtocolStep step);
[[nodiscard]] const JournalStepRow& row_of(JournalStep step);

[[nodiscard]] inline std::string_view name(ProtocolStep step) {
  return row_of(step).name;
}
[[nodiscard]] inline std::string_view name(JournalStep step) {
  return row_of(step).name;
}

// nullptr: none has this name, as in a file of another version of nightlatch.
[[nodiscard]] const ProtocolStepRow* find_protocol_step(std::string_view name);
[[nodiscard]] const JournalStepRow* find_journal_step(std::string_view name);

// nullopt: none has this name.
[[nodiscard]] std::optional<ProtocolStep> protocol_step_named(std::string_view name);

}  // namespace nightlatch::facts
