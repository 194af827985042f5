// The scripts with which a shell completes a command line.
#pragma once

#include <string>
#include <vector>

namespace nightlatch::report {

struct CompletionWord {
  std::string text;  // "apply", "--wait" or "-v"
  std::string doc;
};

// One command, and the words that may follow it: its own commands and its options.
struct CompletionLevel {
  std::string path;  // "" is nightlatch itself; then "plan", "plan show"
  std::vector<CompletionWord> words;
};

// Each returns the whole script; a command stands before those below it in `levels`.
[[nodiscard]] std::string bash_completion(const std::vector<CompletionLevel>& levels);
[[nodiscard]] std::string zsh_completion(const std::vector<CompletionLevel>& levels);
[[nodiscard]] std::string fish_completion(const std::vector<CompletionLevel>& levels);

}  // namespace nightlatch::report
