// What a run came to: the summary on the terminal and nightlatch.dev/run/v1.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "report/page.hpp"
#include "report/render.hpp"
#include "rollout/progress.hpp"
#include "rollout/run.hpp"

namespace nightlatch::report {

enum class DryRun { no, yes };

struct RunReport {
  std::string run;  // empty: no run was needed, or only a dry one
  plan::Plan plan;
  rollout::RunResult result;
  rollout::RunProgress progress;
  std::string directory;  // of plan.json and journal.jsonl
  DryRun dry = DryRun::no;
  std::string playbook{};  // as -p named it; empty: by a plan file
  std::string nothing{};   // why there was no plan to carry out, one sentence; empty: there was one
};

// A run that did not need to be: every node is as planned already.
[[nodiscard]] rollout::RunResult nothing_to_do(const plan::Plan& plan);

// "1 min 17 s   restart 38.2 s, gates 4.1 s, soak 30 s": how long a node took, and where it went.
[[nodiscard]] std::string durations(const rollout::NodeProgress& node);
// "API through k8s.example:6443: 812 requests, 0 failed"; empty: the run's own client has asked nothing.
[[nodiscard]] std::string client_line(const rollout::RunProgress& progress);
// What the run has noted of each node: what it could not see, or did not wait for.
void add_notes(const rollout::RunProgress& progress, Section& section);

[[nodiscard]] std::vector<NextStep> next_steps(const RunReport& report);
// What goes on with a run that has left a node in mid-change, or turns it back.
[[nodiscard]] std::string next_in_mid_change(const plan::Plan& plan, const std::string& run);

[[nodiscard]] Page page_of(const RunReport& report);
[[nodiscard]] std::string run_json(const RunReport& report, const std::string& shared_options);

}  // namespace nightlatch::report
