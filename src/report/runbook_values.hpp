// The values of a runbook for the names of its templates (report/runbook_names.hpp).
#pragma once

#include "report/runbook.hpp"
#include "report/runbook_markup.hpp"

namespace nightlatch::report {

[[nodiscard]] RunbookValues values_of(const Runbook& runbook);

inline void put(RunbookValues& values, const std::string& name, std::string text) {
  values.values[name].text = Text(std::move(text));
}

// When each step begins, from the opening of the window or from T.
class RunbookClock {
 public:
  explicit RunbookClock(const std::optional<RunbookWindow>& window) : window_(window) {}
  [[nodiscard]] std::string at(std::chrono::seconds offset) const;

 private:
  const std::optional<RunbookWindow>& window_;
};

// The lists NODES, STEPS, OBJECTS and OPENED, and CONFIG_TEXT.
void add_machines(const Runbook& runbook, RunbookValues& values);

}  // namespace nightlatch::report
