// The document that a hook of the playbook reads on stdin: nightlatch.dev/hook/v1.
#pragma once

#include <string>

#include "plan/plan.hpp"
#include "rollout/question.hpp"

namespace nightlatch::report {

struct HookEventReport {
  const plan::Plan& plan;
  std::string run;
  std::string time;  // UTC timestamp
  rollout::CallHook call;
};

[[nodiscard]] std::string hook_event_json(const HookEventReport& event);

}  // namespace nightlatch::report
