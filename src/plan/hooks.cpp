#include "plan/hooks.hpp"

#include <algorithm>

namespace nightlatch::plan {

namespace {

constexpr std::chrono::seconds longest_on_the_way_back{30};

}  // namespace

std::string_view name(HookEvent event) {
  constexpr std::array<std::string_view, hook_events.size()> names{"before", "beforeNode", "afterNode",
                                                                   "after", "onFailure"};
  return names[static_cast<std::size_t>(event)];
}

const spec::Hook* stated_hook(const spec::Playbook& playbook, HookEvent event) {
  const spec::Hooks& hooks = playbook.hooks;
  const std::array all{&hooks.before, &hooks.before_node, &hooks.after_node, &hooks.after, &hooks.on_failure};
  const std::optional<spec::Hook>& hook = *all[static_cast<std::size_t>(event)];
  return hook ? &*hook : nullptr;
}

const spec::Hook* called_hook(const Plan& plan, HookEvent event) {
  if (plan.rehearsal || plan.has(ManifestChange::Kind::place)) return nullptr;
  bool begins = event == HookEvent::before || event == HookEvent::before_node;
  if (begins && plan.has(ManifestChange::Kind::finish_confirm)) return nullptr;
  return stated_hook(plan.playbook, event);
}

bool hooks_stop(const Plan& plan) {
  return plan.direction == Direction::apply && !plan.has(ManifestChange::Kind::finish_confirm);
}

std::chrono::seconds hook_limit(const Plan& plan, HookEvent event) {
  std::chrono::seconds stated = stated_limit(plan.playbook, event);
  return hooks_stop(plan) ? stated : std::min(stated, longest_on_the_way_back);
}

std::chrono::seconds stated_limit(const spec::Playbook& playbook, HookEvent event) {
  const spec::Hook* hook = stated_hook(playbook, event);
  return hook == nullptr ? std::chrono::seconds(0) : hook->timeout;
}

}  // namespace nightlatch::plan
