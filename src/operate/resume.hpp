// resume: a node that was left in mid-change is put back, then the rest of the run's plan goes on.
#pragma once

#include <string>

#include "operate/carry_out.hpp"

namespace nightlatch::operate {

struct ResumeInput {
  std::string run{};  // empty: the newest that a node knows
  RunChoices choices;
};

// The report is of the last of the two parts that was carried out. Errors: see permit; no such run; what
// stands against going on; see carry_out.
[[nodiscard]] Outcome<report::RunReport> resume(Ports& ports, const cluster::Selection& selection,
                                                const ResumeInput& input);

}  // namespace nightlatch::operate
