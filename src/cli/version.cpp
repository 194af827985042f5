// nightlatch version
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "report/playbook.hpp"

namespace nightlatch::cli {

void add_version(Verb& root) {
  root.command("version", "which version this is").run([](Console& console) {
    console.out.write(console.json() ? report::version_json(version())
                                     : fmt::format("nightlatch {}\n", version()));
    return Exit::done;
  });
}

}  // namespace nightlatch::cli
