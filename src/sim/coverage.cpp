#include "sim/coverage.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace nightlatch::sim {

namespace {

using rollout::ClusterState;
using rollout::Outcome;

// What judge() of a run can come to: outcome and exit, and in which states the cluster can be then.
struct EndRow {
  Outcome outcome;
  Exit exit;
  std::string_view meaning;
  std::uint8_t must;  // one bit a state
  std::uint8_t may;
  std::string_view why_no_other;

  [[nodiscard]] constexpr bool must_be(ClusterState state) const {
    return (must >> static_cast<unsigned>(state) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool can_be(ClusterState state) const {
    return must_be(state) || (may >> static_cast<unsigned>(state) & 1U) != 0;
  }
};
template <class... States>
constexpr std::uint8_t only_in(States... states) {
  return static_cast<std::uint8_t>(((1U << static_cast<unsigned>(states)) | ...));
}
constexpr ClusterState was = ClusterState::old_state;
constexpr ClusterState wanted = ClusterState::new_state;
constexpr ClusterState mixed = ClusterState::mixed;
constexpr ClusterState unknown = ClusterState::unknown;

constexpr std::array<EndRow, end_count> end_rows{{
    {Outcome::done, Exit::done, "", only_in(was, wanted, mixed), 0,
     "every node is where its plan wants it; mixed where one was put back beside nodes that stay new"},
    {Outcome::rolled_back, Exit::rolled_back, "", only_in(was, mixed), 0,
     "this run confirmed no node; where it is the rest of another, that one did"},
    {Outcome::stopped, Exit::mixed, "between nodes", only_in(mixed), only_in(was, wanted),
     "it confirmed a node and left one; else an object of the API alone is left"},
    {Outcome::stopped, Exit::refused, "before any node", only_in(was, unknown), only_in(wanted, mixed),
     "this run changed no node; where it is the rest of another, that one did"},
    {Outcome::stopped, Exit::locked, "lock lost", only_in(was), only_in(wanted),
     "it confirmed no node, or its exit were 10; new where an object of the API alone was left to it"},
    {Outcome::paused, Exit::mixed, "between nodes", only_in(mixed), 0, "it confirmed a node and left one"},
    {Outcome::paused, Exit::refused, "before any node", only_in(was), 0, "this run changed no node"},
    {Outcome::paused, Exit::window, "before any node", only_in(was), 0, "this run changed no node"},
    {Outcome::interrupted, Exit::interrupted, "", only_in(was, mixed), only_in(wanted),
     "where nothing was left to do it is done; new where an object of the API is left"},
    {Outcome::needs_person, Exit::needs_person, "", only_in(was, wanted, mixed, unknown), 0, ""},
}};

std::string end_name(const EndRow& row) {
  return fmt::format("{}, exit {}{}{}", rollout::name(row.outcome), static_cast<int>(row.exit),
                     row.meaning.empty() ? "" : ", ", row.meaning);
}

std::size_t width(std::size_t step) {
  return std::max<std::size_t>(node::name(step_at(step)).size(), 6) + 1;
}

// A count; - where there can be none, + where there may be some.
std::string cell(std::uint64_t count, bool must_be, bool can_be) {
  if (count > 0 || must_be) return fmt::format("{}", count);
  return can_be ? "+" : "-";
}

}  // namespace

void Coverage::add(const SimulationResult& roll) {
  ++rolls_;
  if (roll.crashed) ++crashed_;
  if (roll.abandoned) ++abandoned_;
  std::set<Fault> met;
  for (const Strike& strike : roll.strikes) {
    ++strikes_[static_cast<std::size_t>(strike.fault)][static_cast<std::size_t>(strike.step)];
    met.insert(strike.fault);
  }
  if (roll.guard_restores > 0) {
    for (Fault fault : met) ++guarded_[static_cast<std::size_t>(fault)];
  }
  for (const rollout::RunResult& end : roll.ends) add_end(end);
}

void Coverage::add_end(const rollout::RunResult& end) {
  auto row = std::find_if(end_rows.begin(), end_rows.end(), [&](const EndRow& one) {
    return one.outcome == end.outcome && one.exit == end.exit;
  });
  if (row != end_rows.end()) {
    ++ends_[static_cast<std::size_t>(row - end_rows.begin())][static_cast<std::size_t>(end.cluster)];
  } else {
    unknown_ends_.push_back(
        fmt::format("{}, exit {}", rollout::name(end.outcome), static_cast<int>(end.exit)));
  }
}

std::string Coverage::text() const {
  std::string text = fmt::format(
      "How often each fault struck a node that was at this step, and in how many rolls with it a guard "
      "restored\n"
      "\n{:11}{:25}",
      "actor", "fault");
  for (std::size_t step = 0; step < step_count; ++step)
    text += fmt::format("{:>{}}", node::name(step_at(step)), width(step));
  text += fmt::format("{:>9}\n", "guard");
  for (const FaultRow& row : fault_table()) {
    auto fault = static_cast<std::size_t>(row.fault);
    text += fmt::format("{:11}{:25}", name(row.actor), row.name);
    for (std::size_t step = 0; step < step_count; ++step)
      text += fmt::format(
          "{:>{}}",
          cell(strikes_[fault][step], row.must_strike(step_at(step)), row.can_strike(step_at(step))),
          width(step));
    text += fmt::format("{:9}\n", guarded_[fault]);
  }
  text += "\n- cannot be, + takes more faults than most seeds bring:\n";
  for (const FaultRow& row : fault_table()) {
    if (!row.why_no_other.empty()) text += fmt::format("  {}: {}\n", row.name, row.why_no_other);
  }
  text += fmt::format("\nHow runs ended, and the cluster they left\n\n{:36}", "outcome");
  for (std::size_t state = 0; state < cluster_count; ++state)
    text += fmt::format("{:>9}", rollout::name(static_cast<ClusterState>(state)));
  text += "\n";
  for (std::size_t i = 0; i < end_count; ++i) {
    text += fmt::format("{:36}", end_name(end_rows[i]));
    for (std::size_t state = 0; state < cluster_count; ++state) {
      auto cluster = static_cast<ClusterState>(state);
      text += fmt::format("{:>9}",
                          cell(ends_[i][state], end_rows[i].must_be(cluster), end_rows[i].can_be(cluster)));
    }
    text += "\n";
  }
  text += "\n- cannot be, + takes more faults than most seeds bring:\n";
  for (const EndRow& row : end_rows) {
    if (!row.why_no_other.empty()) text += fmt::format("  {}: {}\n", end_name(row), row.why_no_other);
  }
  return text + fmt::format("\n{} simulated rolls, {} with a crash, {} of them abandoned\n", rolls_, crashed_,
                            abandoned_);
}

std::vector<std::string> Coverage::missing() const {
  std::vector<std::string> all;
  for (const FaultRow& row : fault_table()) {
    for (std::size_t step = 0; step < step_count; ++step) {
      if (row.must_strike(step_at(step)) && strikes_[static_cast<std::size_t>(row.fault)][step] == 0)
        all.push_back(fmt::format("{} at {}", row.name, node::name(step_at(step))));
    }
  }
  for (std::size_t i = 0; i < end_count; ++i) {
    for (std::size_t state = 0; state < cluster_count; ++state) {
      auto cluster = static_cast<ClusterState>(state);
      if (end_rows[i].must_be(cluster) && ends_[i][state] == 0)
        all.push_back(
            fmt::format("{} in a cluster that is {}", end_name(end_rows[i]), rollout::name(cluster)));
    }
  }
  return all;
}

std::vector<std::string> Coverage::surprises() const {
  std::vector<std::string> all = unknown_ends_;
  for (const FaultRow& row : fault_table()) {
    for (std::size_t step = 0; step < step_count; ++step) {
      if (!row.can_strike(step_at(step)) && strikes_[static_cast<std::size_t>(row.fault)][step] > 0)
        all.push_back(fmt::format("{} at {}", row.name, node::name(step_at(step))));
    }
  }
  for (std::size_t i = 0; i < end_count; ++i) {
    for (std::size_t state = 0; state < cluster_count; ++state) {
      auto cluster = static_cast<ClusterState>(state);
      if (!end_rows[i].can_be(cluster) && ends_[i][state] > 0)
        all.push_back(
            fmt::format("{} in a cluster that is {}", end_name(end_rows[i]), rollout::name(cluster)));
    }
  }
  return all;
}

}  // namespace nightlatch::sim
