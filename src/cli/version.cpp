// nightlatch version
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "report/playbook.hpp"

namespace nightlatch::cli {

Exit print_version(Console& console) {
  console.out.write(console.json() ? report::version_json(version())
                                   : fmt::format("nightlatch {}\n", version()));
  return Exit::done;
}

void add_version(Verb& root) {
  root.command("version", "Print the version")
      .examples({"nightlatch version", "nightlatch version -o json"})
      .run(print_version);
}

}  // namespace nightlatch::cli
