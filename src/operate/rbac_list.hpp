// `nightlatch rbac list`: what requests without credentials may do by RBAC.
#pragma once

#include <optional>
#include <string>

#include "cluster/choice.hpp"
#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/rbac.hpp"

namespace nightlatch::operate {

struct RbacListInput {
  std::string from{};      // a file, or "-" for stdin; empty: the API is asked
  std::string playbook{};  // whose paths are compared with what is granted; empty: none
  std::optional<rbac::Severity> fail_on = rbac::Severity::high;  // nullopt: never
};

// From a file that kubectl wrote. Asks no API.
[[nodiscard]] Outcome<report::RbacReport> rbac_list_of_file(const RbacListInput& input);

// From the API of the selected cluster. No node is asked.
[[nodiscard]] Outcome<report::RbacReport> rbac_list(Ports& ports, const cluster::Selection& selection,
                                                    const RbacListInput& input);

// 6 for a finding at or over --fail-on, else 7 when a role was not read.
[[nodiscard]] Exit exit_of(const report::RbacReport& report);

// The bytes of a file, or of stdin for "-", of at most 256 MiB. Error: file_unreadable.
[[nodiscard]] Result<std::string> read_input(const std::string& name);
// The name of that input for messages.
[[nodiscard]] std::string input_name(const std::string& name);

}  // namespace nightlatch::operate
