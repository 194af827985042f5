// What a person must know about a rewrite that is possible: what the cluster loses, and what is left to do by
// hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/rewrite.hpp"

namespace nightlatch::plan {

struct NoteInputs {
  const std::vector<std::string>& paths;           // open after the change; empty: closed
  const std::vector<std::string>& profiles;        // of the playbook
  const std::optional<std::string>& feature_gate;  // "Name=true" when the change sets one
  const std::vector<std::string>& tcp_probes;      // probes that become TCP probes: "livenessProbe"
  const std::vector<std::string>& token_probes;    // probes that send a token
};

// Fills in Rewrite::losses and Rewrite::notes. `rewrite` is complete but for these two.
void take_notes(Rewrite& rewrite, const NoteInputs& inputs);

}  // namespace nightlatch::plan
