// `nightlatch explain`: why a request was refused, or whether it would be.
#pragma once

#include <string>
#include <vector>

#include "cluster/choice.hpp"
#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/explain.hpp"

namespace nightlatch::operate {

struct ExplainInput {
  std::string what{};                   // a file, "-", or a code: NL3112
  std::vector<std::string> can{};       // who, verb, what; empty: nothing is asked
  std::string name_space{};             // of a resource that is asked about
  std::string from{};                   // the objects of RBAC; empty: none
  std::string playbook{};               // whose paths are open without credentials
  std::string authentication_config{};  // the same, of a file
  std::string token_file{};             // the token that was sent
};

// The cluster is asked only where the selection names one.
[[nodiscard]] Outcome<report::ExplainReport> explain(Ports& ports, const cluster::Selection& selection,
                                                     const ExplainInput& input);

// 7 where a question has no answer, else 0: a refusal that is explained is what was asked for.
[[nodiscard]] Exit exit_of(const report::ExplainReport& report);

}  // namespace nightlatch::operate
