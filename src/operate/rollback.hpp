// rollback: undoes a run, by the inverse plan through the same engine.
#pragma once

#include <string>

#include "operate/carry_out.hpp"

namespace nightlatch::operate {

enum class ToBroken { no, yes };  // yes: even to API servers that cannot stay (S2)

struct RollbackInput {
  std::string run{};  // empty: the newest run that changed a node and was not undone
  ToBroken to_broken = ToBroken::no;
  RunChoices choices;
};

// Errors: see permit; no such run; what stands against the inverse plan; see carry_out.
[[nodiscard]] Outcome<report::RunReport> roll_back(Ports& ports, const cluster::Selection& selection,
                                                   const RollbackInput& input);

}  // namespace nightlatch::operate
