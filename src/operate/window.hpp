// The window of a playbook: read with its zone and its calendar, shown with a plan, and waited for. Times are
// told in the zone of the window and in that of the reader.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "calendar/window.hpp"
#include "operate/ports.hpp"
#include "plan/plan.hpp"
#include "rollout/question.hpp"

namespace nightlatch::operate {

// What a run needs to know of its window.
struct WindowTask {
  calendar::Window window;
  calendar::Zone reader;
  std::chrono::seconds needed{0};  // the worst case of one node with its rollback
};

// Whether a run waits until its window opens.
enum class ForWindow { leave, wait };

// nullopt: the playbook states no window, or the plan goes past it. `settle`: how long the load balancer may
// take. Errors: zone_unknown; the calendar cannot be read.
[[nodiscard]] Result<std::optional<WindowTask>> window_of(const Ports& ports, const spec::Playbook& playbook,
                                                          std::chrono::seconds settle);

// "opens Sat 2026-11-28 22:00 CET (21:00 UTC) until …", with the times of the reader where they differ.
[[nodiscard]] std::string opening_text(const WindowTask& task, const calendar::Interval& opening);

// For the checks of a plan: when the window opens next, and whether all of the roll fits into it.
[[nodiscard]] std::vector<plan::PlanCheck> window_checks(const WindowTask& task, const plan::Plan& plan,
                                                         calendar::sys_seconds now);

// Returns when one node with its rollback fits into the window. With ForWindow::leave it does not wait.
// Error: outside_window, with the next opening. The clock is looked at again and again, so that a suspended
// workstation or a clock that is set does not matter.
[[nodiscard]] Status await_window(Ports& ports, const WindowTask& task, ForWindow when_shut);

// Until when the window is open; nullopt: it is shut.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> open_until(
    const WindowTask& task, std::chrono::system_clock::time_point now);

// Whether a node may be begun at this moment.
[[nodiscard]] rollout::Permission permission_of(const WindowTask& task, calendar::sys_seconds now);

}  // namespace nightlatch::operate
