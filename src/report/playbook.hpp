// `nightlatch playbook` and `nightlatch version`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/page.hpp"
#include "report/render.hpp"
#include "spec/playbook.hpp"

namespace nightlatch::report {

struct PlaybookLine {
  spec::Playbook playbook;
  std::string summary;
  std::string refused{};  // where a plan with it is refused, and why; of shipped playbooks
};

[[nodiscard]] Page page_of(const std::vector<PlaybookLine>& lines);
// What a playbook that was found to be right asks for.
[[nodiscard]] Page page_of(const spec::Playbook& playbook, const std::vector<std::string>& paths);
inline void write_checked(const spec::Playbook& playbook, const std::vector<std::string>& paths, Out& out) {
  write_terminal(page_of(playbook, paths), out);
}

[[nodiscard]] std::string playbooks_json(const std::vector<PlaybookLine>& lines);
[[nodiscard]] std::string version_json(std::string_view version);

}  // namespace nightlatch::report
