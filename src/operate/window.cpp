#include "operate/window.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "calendar/icalendar.hpp"
#include "operate/errors.hpp"
#include "plan/check_codes.hpp"
#include "plan/estimate.hpp"
#include "rollout/errors.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

using namespace std::chrono;
using calendar::Interval;

constexpr seconds nap{30};

sys_seconds moment_of(const Operator& person) {
  return floor<seconds>(person.now());
}

// In the zone of the window, and what the reader's clock shows then, where it shows something else.
std::string both(const WindowTask& task, sys_seconds when) {
  std::string text = calendar::text_of(when, task.window.zone());
  bool same = task.reader.span_at(when).offset == task.window.zone().span_at(when).offset;
  return same ? text : fmt::format("{} ({})", text, calendar::text_of(when, task.reader));
}

Result<std::vector<Interval>> denied_by(const Ports& ports, const calendar::WindowRules& rules,
                                        const calendar::Zone& zone, sys_seconds now) {
  if (rules.calendar.empty()) return std::vector<Interval>{};
  constexpr std::size_t most = 8U << 20U;
  NL_ASSIGN(std::string bytes, read_file(expand_home(rules.calendar), most));
  return calendar::read_calendar(
      {.bytes = bytes,
       .file = rules.calendar,
       .zone = zone,
       .zone_named = [&](const std::string& name) { return ports.zone(name, now); },
       .within = {now - days(10), now + calendar::horizon + days(10)}});
}

std::string needs(const WindowTask& task) {
  return fmt::format("one node needs {} with its rollback", human_duration(task.needed));
}

Error shut(const WindowTask& task, sys_seconds now) {
  Error error{operate_errors::outside_window, {}, {}, {}, {}, {}};
  auto next = task.window.next(now, task.needed);
  if (!next) {
    error.message = fmt::format("the window has no opening in the next {} days that is long enough: {}",
                                calendar::horizon.count(), needs(task));
    error.next = "give spec.window more time, or the gates less";
    return error;
  }
  auto until = task.window.open_until(now);
  error.message = until ? fmt::format("the window is open until {}, and {}", both(task, *until), needs(task))
                        : "the window is shut";
  error.details.push_back("it " + opening_text(task, *next));
  return error;
}

}  // namespace

Result<std::optional<WindowTask>> window_of(const Ports& ports, const spec::Playbook& playbook,
                                            seconds settle) {
  std::optional<WindowTask> none;
  if (!playbook.window.is_stated()) return none;
  sys_seconds now = moment_of(ports.person);
  NL_ASSIGN(calendar::Zone zone, ports.zone(playbook.window.timezone, now));
  NL_ASSIGN(std::vector<Interval> denied, denied_by(ports, playbook.window, zone, now));
  return WindowTask{.window = calendar::Window(playbook.window, std::move(zone), std::move(denied)),
                    .reader = ports.reader_zone(now),
                    .needed = plan::worst_case_of_a_node(playbook, settle)};
}

std::string opening_text(const WindowTask& task, const Interval& opening) {
  return fmt::format("opens {} until {}", both(task, opening.begin), both(task, opening.end));
}

std::vector<plan::PlanCheck> window_checks(const WindowTask& task, const plan::Plan& plan, sys_seconds now) {
  using Grade = plan::PlanCheck::Grade;
  auto next = task.window.next(now, task.needed);
  if (!next) return {{Grade::warning, shut(task, now).message, plan_checks::window_never.number, {}}};
  std::vector<plan::PlanCheck> checks;
  bool open = next->begin <= now;
  std::string text = open ? fmt::format("the window is open until {}", both(task, next->end))
                          : fmt::format("the window {}", opening_text(task, *next));
  checks.push_back(
      {open ? Grade::ok : Grade::warning, std::move(text), open ? 0 : plan_checks::window_shut.number, {}});
  seconds all = plan::estimate(plan).worst;
  if (next->end - next->begin >= all) return checks;
  checks.push_back(
      {Grade::warning,
       fmt::format("the whole roll may take {}, and this opening has {}: the roll pauses between two "
                   "nodes then, and resume goes on in the next one",
                   human_duration(all), human_duration(next->end - next->begin)),
       plan_checks::window_short.number,
       {}});
  return checks;
}

Status await_window(Ports& ports, const WindowTask& task, ForWindow when_shut) {
  bool told = false;
  while (true) {
    sys_seconds now = moment_of(ports.person);
    auto next = task.window.next(now, task.needed);
    if (next && next->begin <= now) return {};
    if (!next || when_shut == ForWindow::leave) return fail(shut(task, now));
    if (!std::exchange(told, true))
      ports.person.say(fmt::format("waiting for the window, which {}", opening_text(task, *next)));
    ports.person.pause(std::min(nap, next->begin - now));
  }
}

std::optional<std::chrono::system_clock::time_point> open_until(const WindowTask& task,
                                                                std::chrono::system_clock::time_point now) {
  auto until = task.window.open_until(std::chrono::floor<seconds>(now));
  if (!until) return std::nullopt;
  return *until;
}

rollout::Permission permission_of(const WindowTask& task, sys_seconds now) {
  auto until = task.window.open_until(now);
  if (until && now + task.needed <= *until) return rollout::Permission::given();
  std::string why = until ? fmt::format("the window ends {}, and {}", both(task, *until), needs(task))
                          : std::string("the window is shut");
  if (auto next = task.window.next(now + seconds(1), task.needed); next && next->begin > now)
    why += fmt::format("; it {}", opening_text(task, *next));
  return {.why_not = rollout_errors::window_ended, .why = std::move(why)};
}

}  // namespace nightlatch::operate
