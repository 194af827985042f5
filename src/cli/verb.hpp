// How a command declares its arguments. Only the sources verb, help, completion and cli include CLI11.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/console.hpp"

namespace CLI {
class App;
}

namespace nightlatch::cli {

using Actions = std::map<const CLI::App*, Action>;

enum class Need { optional, required };

// How many values an option has.
struct WordCount {
  int least = 1;
  int most = 1;
};

// One command or sub-command. The targets must live as long as the parsing: an action owns them.
class Verb {
 public:
  Verb(CLI::App& app, Actions& actions, Options& options);

  // The heading in the help of this command under which the commands that follow are listed.
  Verb& heading(const std::string& name);
  // A command below this one. `doc` is its line in the help of this one, in the imperative.
  [[nodiscard]] Verb command(const std::string& name, const std::string& doc);

  // "-p,--playbook" with a value called `value` in the help.
  Verb& option(const std::string& names, const std::string& value, std::string& target,
               const std::string& doc, Need need = Need::optional);
  // -p, which may be repeated: the target gets all its values, with commas between them.
  Verb& playbook(std::string& target, const std::string& doc, Need need = Need::optional);
  // An option with one value that may be repeated.
  Verb& list(const std::string& names, const std::string& value, std::vector<std::string>& target,
             const std::string& doc);
  // An option with several values, which `values` calls "WHO VERB WHAT".
  Verb& words(const std::string& names, const std::string& values, WordCount count,
              std::vector<std::string>& target, const std::string& doc, Need need = Need::optional);
  Verb& choice(const std::string& names, std::string& target, const std::vector<std::string>& words,
               const std::string& doc);
  Verb& flag(const std::string& names, bool& target, const std::string& doc);
  // A word without dashes.
  Verb& argument(const std::string& name, std::string& target, const std::string& doc,
                 Need need = Need::required);

  // Words without dashes, at least one.
  Verb& arguments(const std::string& name, std::vector<std::string>& target, const std::string& doc);

  // Command lines that can be pasted, printed below the help.
  Verb& examples(const std::vector<std::string>& lines);
  // What -o takes beside text and json. Any other format is refused with exit 2 when the command runs.
  Verb& formats(const std::vector<std::string>& more);
  Verb& run(Action action);
  // The command cannot be run by itself: one of its commands must follow.
  Verb& needs_command();

 private:
  void add_shared_options();

  CLI::App* app_;
  Actions* actions_;
  Options* options_;
  std::string heading_ = "Commands";
  std::shared_ptr<std::vector<std::string>> formats_;  // shared with the action
};

}  // namespace nightlatch::cli
