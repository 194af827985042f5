// verify: checks that every API server, and the load balancer, answers as it should.
#pragma once

#include <optional>
#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/verify.hpp"
#include "spec/playbook.hpp"

namespace nightlatch::operate {

struct VerifyInput {
  std::string asked_playbook{};              // as -p named it; empty: each node is compared with its manifest
  std::optional<spec::Playbook> playbook{};  // set where `asked_playbook` is
};

// Nodes that cannot be read are in the report. Errors: the profiles of the playbook cannot be combined; the
// cluster is not known.
[[nodiscard]] Outcome<report::VerifyReport> verify(Ports& ports, const cluster::Selection& selection,
                                                   const VerifyInput& input);

// 6 where an answer or a loaded configuration contradicts what is expected; 7 where something could not be
// seen; 0 otherwise. Where several hold, the one that util/exit.hpp ranks worst.
[[nodiscard]] Exit exit_of(const report::VerifyReport& report);

}  // namespace nightlatch::operate
