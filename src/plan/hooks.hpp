// Which hooks a plan calls: what happens to them on the way back, and how long each may take. Pure.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "plan/plan.hpp"

namespace nightlatch::plan {

enum class HookEvent { before, before_node, after_node, after, on_failure };
inline constexpr std::array hook_events{HookEvent::before, HookEvent::before_node, HookEvent::after_node,
                                        HookEvent::after, HookEvent::on_failure};

// As the playbook, the event's document and the journal have it: "beforeNode".
[[nodiscard]] std::string_view name(HookEvent event);

// The hook of the playbook, whatever the plan is about; nullptr: none is stated.
[[nodiscard]] const spec::Hook* stated_hook(const spec::Playbook& playbook, HookEvent event);
// The hook that a run of this plan calls; nullptr: none. A rehearsal and a plan that only places a file
// change nothing that a hook is for. A confirmation begins no node: it calls what comes afterwards.
[[nodiscard]] const spec::Hook* called_hook(const Plan& plan, HookEvent event);

// Whether a hook that fails stops the roll. What leads back, or keeps what another run has made, goes on.
[[nodiscard]] bool hooks_stop(const Plan& plan);

// How long the hook may take. Where hooks do not stop a run, it does not wait long for them, either.
[[nodiscard]] std::chrono::seconds hook_limit(const Plan& plan, HookEvent event);
// Zero where the playbook states none.
[[nodiscard]] std::chrono::seconds stated_limit(const spec::Playbook& playbook, HookEvent event);

// A run may need this much longer until a hook that was killed at its limit is gone.
inline constexpr std::chrono::seconds hook_is_gone{10};

}  // namespace nightlatch::plan
