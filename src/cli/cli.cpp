#include "cli/cli.hpp"

namespace nightlatch::cli {

Exit run(int, char**) { return Exit::usage; }

}  // namespace nightlatch::cli
