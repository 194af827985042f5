#include "report/completion.hpp"

#include <fmt/format.h>

#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

std::string fish_condition(const CompletionLevel& level, const std::vector<CompletionLevel>& levels) {
  if (level.path.empty()) return "__fish_use_subcommand";
  std::string condition;
  for (const std::string& word : split(level.path, ' ')) {
    condition += (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + word);
  }
  // The words of a command are offered only until one of its own commands was typed.
  for (const CompletionLevel& below : levels) {
    if (!below.path.starts_with(level.path + " ")) continue;
    condition += "; and not __fish_seen_subcommand_from " + below.path.substr(level.path.size() + 1);
  }
  return condition;
}

}  // namespace

std::string bash_completion(const std::vector<CompletionLevel>& levels) {
  std::string out =
      "# nightlatch completion for bash:  source <(nightlatch completion bash)\n"
      "_nightlatch() {\n"
      "  local word path='' words='' current=${COMP_WORDS[COMP_CWORD]}\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$path $word\" in\n";
  for (const CompletionLevel& level : levels) {
    if (!level.path.empty())
      out +=
          fmt::format("      {}) path={} ;;\n", shell_quote(" " + level.path), shell_quote(" " + level.path));
  }
  out +=
      "    esac\n"
      "  done\n"
      "  case \"$path\" in\n";
  for (const CompletionLevel& level : levels) {
    std::string words;
    for (const CompletionWord& word : level.words) words += (words.empty() ? "" : " ") + word.text;
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

std::string zsh_completion(const std::vector<CompletionLevel>& levels) {
  std::string out =
      "#compdef nightlatch\n"
      "# nightlatch completion for zsh:  nightlatch completion zsh > ~/.zfunc/_nightlatch\n"
      "_nightlatch() {\n"
      "  local word verb=''\n"
      "  local -a choices\n"
      "  for word in ${words[2,CURRENT-1]}; do\n"
      "    case \"$verb $word\" in\n";
  for (const CompletionLevel& level : levels) {
    if (!level.path.empty())
      out +=
          fmt::format("      {}) verb={} ;;\n", shell_quote(" " + level.path), shell_quote(" " + level.path));
  }
  out +=
      "    esac\n"
      "  done\n"
      "  case \"$verb\" in\n";
  for (const CompletionLevel& level : levels) {
    out += fmt::format("    {}) choices=(\n", shell_quote(level.path.empty() ? "" : " " + level.path));
    for (const CompletionWord& word : level.words)
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

std::string fish_completion(const std::vector<CompletionLevel>& levels) {
  std::string out = "# nightlatch completion for fish:  nightlatch completion fish | source\n";
  for (const CompletionLevel& level : levels) {
    std::string condition = shell_quote(fish_condition(level, levels));
    for (const CompletionWord& word : level.words) {
      std::string kind = "-f -a " + shell_quote(word.text);
      if (word.text.starts_with("--")) kind = "-l " + shell_quote(word.text.substr(2));
      if (word.text.size() == 2 && word.text[0] == '-') kind = "-s " + shell_quote(word.text.substr(1));
      out += fmt::format("complete -c nightlatch -n {} {} -d {}\n", condition, kind, shell_quote(word.doc));
    }
  }
  return out;
}

}  // namespace nightlatch::report
