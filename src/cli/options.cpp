// nightlatch options
#include "cli/commands.hpp"
#include "cli/help.hpp"

namespace nightlatch::cli {

void add_options(Verb& root, const CLI::App& app) {
  root.command("options", "List the options of every command")
      .examples({"nightlatch options", "nightlatch detect -i prod.yaml --cluster prod-eu1 -o json"})
      .run([&app](Console& console) {
        console.out.write(shared_options_help(app));
        return Exit::done;
      });
}

}  // namespace nightlatch::cli
