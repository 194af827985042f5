// rollback: undoes a run by carrying out the inverse plan, with the same gates.
#pragma once

#include <string>
#include <vector>

#include "operate/carry_out.hpp"

namespace nightlatch::operate {

// yes: also back to an API server that the kubelet kills or that does not start (S2).
enum class ToBroken { no, yes };

struct RollbackInput {
  std::string run{};  // empty: the newest run that changed a node and was not undone
  ToBroken to_broken = ToBroken::no;
  std::vector<std::string> skip{};               // nodes that do not answer, and are left as they are
  std::vector<std::string> accepted_versions{};  // beside those that the run's plan accepted
  plan::AcceptOutage accept_outage = plan::AcceptOutage::no;  // with `skip`: restart the last API server, too
  RunChoices choices;
};

// rollback --to-open: no run is undone. What any lockdown has closed is opened, on every path.
struct OpeningInput {
  std::string because;  // a person's reason; not empty. Plan and journal keep it
  plan::AcceptOutage accept_outage = plan::AcceptOutage::no;  // open the only API server, too (S14)
  plan::Accepted accepted{};
  RunChoices choices;
};

// Errors: those of permit; the refusals of plan::make_plan; those of carry_out.
[[nodiscard]] Outcome<report::RunReport> open_again(Ports& ports, const cluster::Selection& selection,
                                                    const OpeningInput& input);

// A node of `skip` that is not in the inventory is asked at the address that the run knew. A refusal because
// a node is silent names the rollback that leaves the node. Errors: those of permit; run_unknown or
// nothing_to_undo, where a run cannot be read; the refusals of plan::make_rollback; those of carry_out.
[[nodiscard]] Outcome<report::RunReport> roll_back(Ports& ports, const cluster::Selection& selection,
                                                   const RollbackInput& input);

}  // namespace nightlatch::operate
