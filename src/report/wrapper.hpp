// `nightlatch node wrapper`: the command for sudoers; nightlatch.dev/wrapper/v1.
#pragma once

#include <string>

#include "node/wrapper.hpp"
#include "report/page.hpp"

namespace nightlatch::report {

// What is done with it. The script itself is another format, so that a shell gets it as it is.
[[nodiscard]] Page page_of(const node::Wrapper& wrapper);
[[nodiscard]] std::string wrapper_json(const node::Wrapper& wrapper);

}  // namespace nightlatch::report
