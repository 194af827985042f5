// A plan on one screen: exposure, order, diffs, checks, time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "plan/planner.hpp"
#include "report/approval.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

// to_apply: shown before it is carried out, and so without a next step.
enum class Purpose { to_review, to_apply };

struct PlanScreen {
  const plan::Plan& plan;
  // Both empty when the plan comes from a file, which holds no bytes of others: its splices are shown
  // instead.
  std::map<std::string, plan::NodeBytes> bytes{};
  std::map<facts::ObjectReference, std::string> object_diffs{};
  std::string file{};  // where it was written or read; empty: nowhere
  Purpose purpose = Purpose::to_review;
  std::string playbook{};                   // as -p named it
  std::vector<ListedApproval> approvals{};  // that lie beside the file
};

[[nodiscard]] Page page_of(const PlanScreen& screen);
inline void write_text(const PlanScreen& screen, Out& out) {
  write_terminal(page_of(screen), out);
}

// The plan file as it was read; the approvals are added to what is shown.
[[nodiscard]] std::string plan_json(const PlanScreen& screen);

// "open -> only /healthz /livez /readyz"; several, when the nodes differ.
[[nodiscard]] std::vector<std::string> exposure_changes(const plan::Plan& plan);

}  // namespace nightlatch::report
