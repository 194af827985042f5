#include "sim/fault.hpp"

namespace nightlatch::sim {

namespace {

using node::Step;

template <class... Steps>
constexpr std::uint16_t only(Steps... steps) {
  return static_cast<std::uint16_t>(((1U << static_cast<unsigned>(steps)) | ... | 0U));
}
constexpr std::uint16_t any = (1U << step_count) - 1;
constexpr std::uint16_t at_work =
    only(Step::armed, Step::swapped, Step::restarted, Step::gated, Step::soaked);
constexpr std::uint16_t before_and_at_work = at_work | only(Step::idle, Step::staged);

constexpr std::string_view of_guards = "a guard lies on a node only while a run is armed or put back there";
constexpr std::string_view of_api_servers =
    "it is made from the new manifest after the swap; where the swap or the restore was cut, the state says "
    "armed or "
    "restoring; restarted, where it ended and was made again; after a boot the guard comes "
    "before the kubelet";
constexpr std::string_view of_api_servers_asked_last =
    "it is made from the new manifest after the swap, as above; it passes its probes, so it may end and be "
    "made again before it is asked for more";
constexpr std::string_view of_unasked_api_servers =
    "it is made from the new manifest after the swap, as above; it is confirmed where /metrics did not "
    "answer when it was "
    "asked, and its machine may be started again after that";
constexpr std::string_view of_kept_api_servers =
    "it is made from the new manifest after the swap, as above; it may also be confirmed, and its machine "
    "may "
    "be started again after that";
constexpr std::string_view of_writes =
    "a run that is over on a node writes there once more only when its last answer was lost; whoever stages "
    "it anew "
    "meets no faults, and never over a new or a foreign manifest";
constexpr std::string_view of_unsynced =
    "a write is unsynced for one step of writing only, and half of these renames are kept";
constexpr std::string_view of_full_disks =
    "a restore gives its reserve back; a run that is over on a node writes there once more only when its "
    "last answer "
    "was lost";
constexpr std::string_view of_lost_answers = "only when the answer to the same request was lost before";
constexpr std::string_view of_prompts =
    "a person is asked before a node is staged; only a second operator can have been there already";

constexpr std::string_view of_hooks =
    "hooks are called before a node is begun, when its soak has held, and when it has ended otherwise";
constexpr std::string_view of_windows =
    "the steps beside the straight road are met when something else went wrong before";

constexpr std::array<FaultRow, fault_count> rows{{
    {Fault::killed, Actor::nightlatch, "killed, another comes", any},
    {Fault::lost_for_ever, Actor::nightlatch, "killed, nobody comes", any},
    {Fault::guard_killed, Actor::guard, "guard killed", at_work | only(Step::restoring), 0, of_guards},
    {Fault::config_refused, Actor::kubelet, "config refused", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring), of_api_servers},
    {Fault::probe_unauthorized, Actor::kubelet, "probe answered 401", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring), of_api_servers},
    {Fault::path_stays_open, Actor::kubelet, "path stays open", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring), of_api_servers},
    {Fault::never_ready, Actor::kubelet, "never ready", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring), of_api_servers},
    {Fault::login_differs, Actor::kubelet, "another login", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring), of_api_servers_asked_last},
    {Fault::login_refused, Actor::kubelet, "login refused", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring), of_api_servers_asked_last},
    {Fault::config_differs, Actor::kubelet, "other config loaded", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring, Step::confirmed), of_unasked_api_servers},
    {Fault::login_late, Actor::kubelet, "login refused a while", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring, Step::confirmed), of_kept_api_servers},
    {Fault::config_untold, Actor::kubelet, "loaded config not told", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring, Step::confirmed), of_kept_api_servers},
    {Fault::api_server_killed, Actor::kubelet, "API server killed", any},
    {Fault::slow_kubelet, Actor::kubelet, "slow kubelet", any},
    {Fault::power_lost, Actor::node, "power lost", any},
    {Fault::clock_jumps, Actor::node, "uptime jumps", any},
    {Fault::script_killed, Actor::node, "script killed", before_and_at_work | only(Step::restoring),
     only(Step::cleaned, Step::restored), of_writes},
    {Fault::link_cut, Actor::network, "link cut", any},
    {Fault::request_lost, Actor::network, "request lost", any},
    {Fault::request_late, Actor::network, "request doubled, late", any},
    {Fault::reply_lost, Actor::network, "reply lost", any & ~only(Step::cleaned), only(Step::cleaned),
     of_lost_answers},
    {Fault::reply_late, Actor::network, "reply late", any & ~only(Step::cleaned), only(Step::cleaned),
     of_lost_answers},
    {Fault::reply_doubled, Actor::network, "reply doubled", any & ~only(Step::cleaned), only(Step::cleaned),
     of_lost_answers},
    {Fault::balancer_loses_node, Actor::balancer, "node never taken back", any},
    {Fault::balancer_silent, Actor::balancer, "answers nothing", any},
    {Fault::balancer_slow, Actor::balancer, "slow health check", any},
    {Fault::balancer_asks_closed, Actor::balancer, "asks a closed path", any},
    {Fault::power_lost_in_write, Actor::disk, "power lost in a write",
     before_and_at_work | only(Step::restoring), only(Step::cleaned, Step::restored), of_writes},
    {Fault::write_lost, Actor::disk, "unsynced write lost",
     only(Step::idle, Step::staged, Step::armed, Step::restarted, Step::gated), any, of_unsynced},
    {Fault::disk_full, Actor::disk, "disk full", before_and_at_work, only(Step::cleaned, Step::restored),
     of_full_disks},
    {Fault::journal_full, Actor::disk, "journal unwritable", any},
    {Fault::stranger_edits, Actor::person, "stranger edits", any},
    {Fault::restored_by_hand, Actor::person, "restores by hand", at_work | only(Step::restoring), 0,
     of_guards},
    {Fault::interruption, Actor::person, "interruption", any},
    {Fault::declines, Actor::person, "person declines", only(Step::idle),
     only(Step::staged, Step::cleaned, Step::armed, Step::swapped, Step::restored), of_prompts},
    {Fault::second_operator, Actor::person, "second operator", any},
    {Fault::lock_lost, Actor::person, "lock broken", any},
    {Fault::taken_over, Actor::person, "lock broken, taken over", any},
    {Fault::login_ends, Actor::person, "administrator's login ends", any},
    {Fault::metrics_silent, Actor::kubelet, "/metrics does not answer", only(Step::swapped),
     only(Step::armed, Step::restarted, Step::restoring, Step::confirmed), of_kept_api_servers},
    {Fault::hook_fails, Actor::nightlatch, "hook fails", only(Step::idle, Step::soaked), any, of_hooks},
    {Fault::hook_hangs, Actor::nightlatch, "hook hangs", only(Step::idle, Step::soaked), any, of_hooks},
    {Fault::window_ends, Actor::person, "window ends", before_and_at_work | only(Step::confirmed), any,
     of_windows},
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
  constexpr std::array<std::string_view, 8> names{"nightlatch", "guard",    "kubelet", "node",
                                                  "network",    "balancer", "disk",    "person"};
  return names[static_cast<std::size_t>(actor)];
}

std::span<const FaultRow, fault_count> fault_table() {
  return rows;
}

std::string_view name(Fault fault) {
  return rows[static_cast<std::size_t>(fault)].name;
}

}  // namespace nightlatch::sim
