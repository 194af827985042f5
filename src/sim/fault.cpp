#include "sim/fault.hpp"

namespace nightlatch::sim {

namespace {

using node::Step;

template <class... Steps>
constexpr std::uint16_t only(Steps... steps) {
  return static_cast<std::uint16_t>(((1U << static_cast<unsigned>(steps)) | ... | 0U));
}
constexpr std::uint16_t any = (1U << step_count) - 1;
template <class... Steps>
constexpr std::uint16_t any_but(Steps... steps) {
  return static_cast<std::uint16_t>(any & ~only(steps...));
}

constexpr std::array<FaultRow, fault_count> rows{{
    {Fault::killed, Actor::nightlatch, "killed, another comes", any},
    {Fault::lost_for_ever, Actor::nightlatch, "killed, nobody comes", any},
    {Fault::guard_killed, Actor::guard, "guard killed", any},
    {Fault::config_refused, Actor::kubelet, "config refused", any},
    {Fault::probe_unauthorized, Actor::kubelet, "probe answered 401", any},
    {Fault::path_stays_open, Actor::kubelet, "path stays open", any},
    {Fault::never_ready, Actor::kubelet, "never ready", any},
    {Fault::api_server_killed, Actor::kubelet, "API server killed", any},
    {Fault::slow_kubelet, Actor::kubelet, "slow kubelet", any},
    {Fault::power_lost, Actor::node, "power lost", any},
    {Fault::clock_jumps, Actor::node, "uptime jumps", any},
    {Fault::script_killed, Actor::node, "script killed", any},
    {Fault::link_cut, Actor::network, "link cut", any},
    {Fault::request_lost, Actor::network, "request lost", any},
    {Fault::request_late, Actor::network, "request doubled, late", any},
    {Fault::reply_lost, Actor::network, "reply lost", any},
    {Fault::reply_late, Actor::network, "reply late", any},
    {Fault::reply_doubled, Actor::network, "reply doubled", any},
    {Fault::power_lost_in_write, Actor::disk, "power lost in a write", any},
    {Fault::write_lost, Actor::disk, "unsynced write lost", any},
    {Fault::disk_full, Actor::disk, "disk full", any},
    {Fault::journal_full, Actor::disk, "journal unwritable", any},
    {Fault::stranger_edits, Actor::person, "stranger edits", any},
    {Fault::interruption, Actor::person, "interruption", any},
    {Fault::declines, Actor::person, "person declines", any},
    {Fault::second_operator, Actor::person, "second operator", any},
    {Fault::lock_lost, Actor::person, "lock broken", any},
    {Fault::taken_over, Actor::person, "lock broken, taken over", any},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].fault != static_cast<Fault>(i)) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

std::string_view name(Actor actor) {
  constexpr std::array<std::string_view, 7> names{"nightlatch", "guard", "kubelet", "node",
                                                  "network",    "disk",  "person"};
  return names[static_cast<std::size_t>(actor)];
}

std::span<const FaultRow, fault_count> fault_table() {
  return rows;
}

std::string_view name(Fault fault) {
  return rows[static_cast<std::size_t>(fault)].name;
}

}  // namespace nightlatch::sim
