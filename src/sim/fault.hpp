// What can go wrong in a simulated roll, who it goes wrong with, and at which steps of a node it can.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "node/protocol.hpp"

namespace nightlatch::sim {

enum class Actor { nightlatch, guard, kubelet, node, network, balancer, disk, person };
[[nodiscard]] std::string_view name(Actor actor);

enum class Fault {
  // nightlatch
  killed,
  lost_for_ever,
  // guard
  guard_killed,
  // kubelet and its API server
  config_refused,
  probe_unauthorized,
  path_stays_open,
  never_ready,
  login_differs,
  login_refused,
  config_differs,
  login_late,
  config_untold,
  api_server_killed,
  slow_kubelet,
  // node
  power_lost,
  clock_jumps,
  script_killed,
  // network
  link_cut,
  request_lost,
  request_late,
  reply_lost,
  reply_late,
  reply_doubled,
  // load balancer
  balancer_loses_node,
  balancer_silent,
  balancer_slow,
  balancer_asks_closed,
  // disk
  power_lost_in_write,
  write_lost,
  disk_full,
  journal_full,
  // person: operators and colleagues
  stranger_edits,
  restored_by_hand,
  interruption,
  declines,
  second_operator,
  lock_lost,
  taken_over,
  login_ends,
  // kubelet and its API server, as above; at the end, because seeds name the others by their numbers
  metrics_silent,
  // workstation and wall clock, at the end for the same reason
  hook_fails,
  hook_hangs,
  window_ends,
};
inline constexpr std::size_t fault_count = 43;

inline constexpr std::size_t step_count = 12;
[[nodiscard]] constexpr node::Step step_at(std::size_t index) {
  return static_cast<node::Step>(index);
}

// A fault of the table: it strikes a node at the steps of `must`; at those of `may` only when two more faults
// had come before, which few seeds bring; at no other. The reason is for all that are not in `must`.
struct FaultRow {
  Fault fault;
  Actor actor;
  std::string_view name;
  std::uint16_t must = 0;  // one bit a step
  std::uint16_t may = 0;
  std::string_view why_no_other{};

  [[nodiscard]] constexpr bool must_strike(node::Step step) const {
    return (must >> static_cast<unsigned>(step) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool can_strike(node::Step step) const {
    return must_strike(step) || (may >> static_cast<unsigned>(step) & 1U) != 0;
  }
};
// In the order of the enum.
[[nodiscard]] std::span<const FaultRow, fault_count> fault_table();
[[nodiscard]] std::string_view name(Fault fault);

// Of an API server that was made from the new manifest.
[[nodiscard]] constexpr bool is_behaviour(Fault fault) {
  return (fault >= Fault::config_refused && fault <= Fault::config_untold) || fault == Fault::metrics_silent;
}
// One for which its node must not be confirmed.
[[nodiscard]] constexpr bool is_misbehaviour(Fault fault) {
  return fault >= Fault::config_refused && fault <= Fault::config_differs;
}
[[nodiscard]] constexpr bool is_of_login(Fault fault) {
  return fault == Fault::login_differs || fault == Fault::login_refused || fault == Fault::login_late;
}
// It follows from the number of a seed, and happens when the run asks.
[[nodiscard]] constexpr bool is_of_hook(Fault fault) {
  return fault == Fault::hook_fails || fault == Fault::hook_hangs;
}
[[nodiscard]] constexpr bool is_of_balancer(Fault fault) {
  return fault >= Fault::balancer_loses_node && fault <= Fault::balancer_asks_closed;
}

// That a fault struck a node which was at this step.
struct Strike {
  Fault fault = Fault::killed;
  node::Step step = node::Step::idle;
};

}  // namespace nightlatch::sim
