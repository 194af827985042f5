// nightlatch completion bash | zsh | fish: made from the command line as it is, so that it cannot lag behind.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

struct Word {
  std::string text;
  std::string doc;
};

// One command: its words, and those that stand below it. `path` is "" for nightlatch itself, then "plan
// show".
struct Level {
  std::string path;
  std::vector<Word> words;
};

void walk(const CLI::App& app, const std::string& path, std::vector<Level>& levels) {
  Level level{path, {}};
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

std::string bash(const std::vector<Level>& levels) {
  std::string out =
      "# nightlatch completion for bash:  source <(nightlatch completion bash)\n"
      "_nightlatch() {\n"
      "  local word path='' words='' current=${COMP_WORDS[COMP_CWORD]}\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$path $word\" in\n";
  for (const Level& level : levels) {
    if (!level.path.empty())
      out +=
          fmt::format("      {}) path={} ;;\n", shell_quote(" " + level.path), shell_quote(" " + level.path));
  }
  out +=
      "    esac\n"
      "  done\n"
      "  case \"$path\" in\n";
  for (const Level& level : levels) {
    std::string words;
    for (const Word& word : level.words) words += (words.empty() ? "" : " ") + word.text;
    out += fmt::format("    {}) words={} ;;\n", shell_quote(level.path.empty() ? "" : " " + level.path),
                       shell_quote(words));
  }
  out +=
      "  esac\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
      "}\n"
      "complete -o default -F _nightlatch nightlatch\n";
  return out;
}

std::string zsh(const std::vector<Level>& levels) {
  std::string out =
      "#compdef nightlatch\n"
      "# nightlatch completion for zsh:  nightlatch completion zsh > ~/.zfunc/_nightlatch\n"
      "_nightlatch() {\n"
      "  local word verb=''\n"
      "  local -a choices\n"
      "  for word in ${words[2,CURRENT-1]}; do\n"
      "    case \"$verb $word\" in\n";
  for (const Level& level : levels) {
    if (!level.path.empty())
      out +=
          fmt::format("      {}) verb={} ;;\n", shell_quote(" " + level.path), shell_quote(" " + level.path));
  }
  out +=
      "    esac\n"
      "  done\n"
      "  case \"$verb\" in\n";
  for (const Level& level : levels) {
    out += fmt::format("    {}) choices=(\n", shell_quote(level.path.empty() ? "" : " " + level.path));
    for (const Word& word : level.words)
      out += fmt::format("      {}\n", shell_quote(word.text + ":" + word.doc));
    out += "    ) ;;\n";
  }
  out +=
      "  esac\n"
      "  _describe nightlatch choices\n"
      "  _files\n"
      "}\n"
      "compdef _nightlatch nightlatch\n";
  return out;
}

std::string fish_condition(const Level& level, const std::vector<Level>& levels) {
  if (level.path.empty()) return "__fish_use_subcommand";
  std::string condition;
  for (const std::string& word : split(level.path, ' ')) {
    condition += (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + word);
  }
  // Words of a command stand before its own commands.
  for (const Level& below : levels) {
    if (!below.path.starts_with(level.path + " ")) continue;
    condition += "; and not __fish_seen_subcommand_from " + below.path.substr(level.path.size() + 1);
  }
  return condition;
}

std::string fish(const std::vector<Level>& levels) {
  std::string out = "# nightlatch completion for fish:  nightlatch completion fish | source\n";
  for (const Level& level : levels) {
    std::string condition = shell_quote(fish_condition(level, levels));
    for (const Word& word : level.words) {
      std::string kind = "-f -a " + shell_quote(word.text);
      if (word.text.starts_with("--")) kind = "-l " + shell_quote(word.text.substr(2));
      if (word.text.size() == 2 && word.text[0] == '-') kind = "-s " + shell_quote(word.text.substr(1));
      out += fmt::format("complete -c nightlatch -n {} {} -d {}\n", condition, kind, shell_quote(word.doc));
    }
  }
  return out;
}

}  // namespace

void add_completion(Verb& root, const CLI::App& app) {
  Verb completion = root.command("completion", "Print a completion script for your shell");
  completion
      .examples({"nightlatch completion bash > nightlatch.bash", "nightlatch completion zsh > _nightlatch",
                 "nightlatch completion fish > nightlatch.fish"})
      .needs_command();
  auto add = [&](const std::string& shell, const std::string& file,
                 std::string (*render)(const std::vector<Level>&)) {
    completion.command(shell, fmt::format("Print the script for {}", shell))
        .examples({fmt::format("nightlatch completion {} > {}", shell, file)})
        .run([&app, render](Console& console) {
          std::vector<Level> levels;
          walk(app, "", levels);
          console.out.write(render(levels));
          return Exit::done;
        });
  };
  add("bash", "nightlatch.bash", bash);
  add("zsh", "_nightlatch", zsh);
  add("fish", "nightlatch.fish", fish);
}

}  // namespace nightlatch::cli
