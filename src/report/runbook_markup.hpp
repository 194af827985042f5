// What the filled lines of a template say, as blocks of a page. The marks are a few of Markdown's, and count
// only in the template's own text: a value is shown as it is.
//
//   ## and ###        headings                        **bold**, `exact`
//   - [ ]             a box to tick                   | a | b |   a row; a second row |---|---| makes a
//   header
//   - **Label**: x    a fact, where each item has it  ```sh       commands; their values are words of a shell
//   - and 1.          lists                           ```text     a message that is copied
#pragma once

#include <string>
#include <vector>

#include "report/page.hpp"
#include "util/template_text.hpp"

namespace nightlatch::report {

struct RunbookValue {
  Text text{};
  std::vector<Block> blocks{};

  [[nodiscard]] bool empty() const { return text.empty() && blocks.empty(); }
};
using RunbookValues = TemplateValues<RunbookValue>;

// `options`: what a command of nightlatch about the cluster needs, too (report/out.hpp, complete).
[[nodiscard]] std::vector<Block> blocks_of(const std::vector<FilledLine<RunbookValue>>& lines,
                                           const std::string& options);

}  // namespace nightlatch::report
