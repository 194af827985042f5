// Past runs of this workstation: folds of their journals; nightlatch.dev/history/v1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "report/page.hpp"
#include "report/render.hpp"
#include "rollout/progress.hpp"

namespace nightlatch::report {

struct PastRun {
  std::string run;
  std::string cluster;
  std::string directory;
  rollout::RunProgress progress;
  std::optional<plan::Plan> plan;
  std::optional<Error> broken;  // the journal or the plan cannot be read
};

// What the run did about the run that its plan names.
[[nodiscard]] plan::Relation relation_of(const PastRun& run);
// Whether it led from old to new.
[[nodiscard]] bool leads_forward(const PastRun& run);

// "done", "stopped", …; "unfinished" when the journal has no end.
[[nodiscard]] std::string outcome_of(const PastRun& run);

[[nodiscard]] Page page_of(const std::vector<PastRun>& runs);  // newest first
[[nodiscard]] Page page_of(const PastRun& run);
inline void write_one(const PastRun& run, Out& out) {
  write_terminal(page_of(run), out);
}
[[nodiscard]] std::string history_json(const std::vector<PastRun>& runs);

}  // namespace nightlatch::report
