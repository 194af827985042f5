// `nightlatch playbook` and `nightlatch version`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/out.hpp"
#include "spec/playbook.hpp"

namespace nightlatch::report {

struct PlaybookLine {
  spec::Playbook playbook;
  std::string summary;
};

void write_text(const std::vector<PlaybookLine>& lines, Out& out);
// What a playbook that was found to be right asks for.
void write_checked(const spec::Playbook& playbook, const std::vector<std::string>& paths, Out& out);

[[nodiscard]] std::string playbooks_json(const std::vector<PlaybookLine>& lines);
[[nodiscard]] std::string version_json(std::string_view version);

}  // namespace nightlatch::report
