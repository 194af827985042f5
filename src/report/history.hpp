// Past runs of this workstation: folds of their journals; nightlatch.dev/history/v1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "report/page.hpp"
#include "report/render.hpp"
#include "rollout/progress.hpp"
#include "rollout/timeline.hpp"

namespace nightlatch::report {

// Where the hash chain of a journal ends.
struct JournalHead {
  std::size_t records = 0;
  std::string sha256{};  // of the last whole line; empty: there is none
};

// What the files of one run say. All of it is made of its plan and its journal.
struct PastRun {
  std::string run;
  std::string cluster;
  std::string directory;
  rollout::RunProgress progress;
  std::optional<plan::Plan> plan;
  std::optional<Error> broken;  // the journal or the plan cannot be read
  rollout::Timeline timeline{};
  JournalHead journal{};
};

// What the run did about the run that its plan names.
[[nodiscard]] plan::Relation relation_of(const PastRun& run);
// Whether it led from old to new.
[[nodiscard]] bool leads_forward(const PastRun& run);

// "done", "stopped", …; "unfinished" when the journal has no end.
[[nodiscard]] std::string outcome_of(const PastRun& run);
// "confirmed", "untouched", …; "skipped"; "at swapped" when the journal has no end.
[[nodiscard]] std::string outcome_of(const PastRun& run, const std::string& node);
// In the order of the plan; of a run whose plan cannot be read, in that of the journal.
[[nodiscard]] std::vector<std::string> nodes_of(const PastRun& run);
// "health-only", "rollback of 20261122T0114-7f3a", "rehearsal of closed", …
[[nodiscard]] std::string subject_of(const PastRun& run);
[[nodiscard]] Tone tone_of_outcome(const std::string& outcome);

[[nodiscard]] Page page_of(const std::vector<PastRun>& runs);  // newest first
[[nodiscard]] Page page_of(const PastRun& run);
inline void write_one(const PastRun& run, Out& out) {
  write_terminal(page_of(run), out);
}
[[nodiscard]] std::string history_json(const std::vector<PastRun>& runs);

}  // namespace nightlatch::report
