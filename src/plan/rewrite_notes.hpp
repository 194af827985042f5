// What a person must know about a rewrite: what the kubelet's probes no longer detect, and what is left to
// do by hand. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/rewrite.hpp"

namespace nightlatch::plan {

struct NoteInputs {
  std::string_view manifest;                       // its bytes before the change
  const std::vector<std::string>& paths;           // open after the change; empty: closed
  const std::vector<std::string>& profiles;        // of the playbook
  const std::optional<std::string>& feature_gate;  // "Name=true" when the change sets one
  const std::vector<std::string>& tcp_probes;      // probes that become TCP probes: "livenessProbe"
  const std::vector<std::string>& token_probes;    // probes that send a token
  const std::vector<std::string>& unjudged;        // places of CEL expressions in the configuration file
};

// Sets Rewrite::losses and Rewrite::notes; all other members of `rewrite` must be set.
void take_notes(Rewrite& rewrite, const NoteInputs& inputs);

}  // namespace nightlatch::plan
