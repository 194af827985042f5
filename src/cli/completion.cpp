// nightlatch completion bash | zsh | fish. The script is made from the declared commands, so that it cannot
// differ from them.
#include "report/completion.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"

namespace nightlatch::cli {

namespace {

using Levels = std::vector<report::CompletionLevel>;

void walk(const CLI::App& app, const std::string& path, Levels& levels) {
  report::CompletionLevel level{.path = path, .words = {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    level.words.push_back({command->get_name(), command->get_description()});
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames())
      level.words.push_back({"--" + name, option->get_description()});
    for (const std::string& name : option->get_snames())
      level.words.push_back({"-" + name, option->get_description()});
  }
  levels.push_back(std::move(level));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    walk(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), levels);
  }
}

}  // namespace

void add_completion(Verb& root, const CLI::App& app) {
  Verb completion = root.command("completion", "Print a completion script for your shell");
  completion
      .examples({"nightlatch completion bash > nightlatch.bash", "nightlatch completion zsh > _nightlatch",
                 "nightlatch completion fish > nightlatch.fish"})
      .needs_command();
  auto add = [&](const std::string& shell, const std::string& file, std::string (*render)(const Levels&)) {
    completion.command(shell, fmt::format("Print the script for {}", shell))
        .examples({fmt::format("nightlatch completion {} > {}", shell, file)})
        .run([&app, render](Console& console) {
          Levels levels;
          walk(app, "", levels);
          console.out.write(render(levels));
          return Exit::done;
        });
  };
  add("bash", "nightlatch.bash", report::bash_completion);
  add("zsh", "_nightlatch", report::zsh_completion);
  add("fish", "nightlatch.fish", report::fish_completion);
}

}  // namespace nightlatch::cli
