// verify: whether every API server, and the load balancer, answers as it should.
#pragma once

#include <optional>
#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/verify.hpp"
#include "spec/playbook.hpp"

namespace nightlatch::operate {

struct VerifyInput {
  std::string asked_playbook{};              // as -p named it; empty: what the manifests promise is expected
  std::optional<spec::Playbook> playbook{};  // set where `asked_playbook` is
};

// Errors: the playbook's paths; the cluster could not be told. Nodes that cannot be read are in the report.
[[nodiscard]] Outcome<report::VerifyReport> verify(Ports& ports, const cluster::Selection& selection,
                                                   const VerifyInput& input);

// 6: an answer, or a loaded configuration, contradicts what is expected. 7: something could not be seen.
[[nodiscard]] Exit exit_of(const report::VerifyReport& report);

}  // namespace nightlatch::operate
