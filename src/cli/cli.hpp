// The command line.
#pragma once

#include "util/exit.hpp"

namespace nightlatch::cli {

// Parses the arguments, runs the command, prints its result, and returns the exit code of the process.
[[nodiscard]] Exit run(int argc, char** argv);

}  // namespace nightlatch::cli
