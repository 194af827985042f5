// The command line: arguments → call → print → exit code.
#pragma once

#include "util/exit.hpp"

namespace nightlatch::cli {

[[nodiscard]] Exit run(int argc, char** argv);

}  // namespace nightlatch::cli
