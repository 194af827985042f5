#include "cli/usage_error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

std::vector<std::string> commands_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(below->get_name());
  return names;
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

Error told(std::string message) {
  return {.code = cli_errors::bad_arguments,
          .message = std::move(message),
          .details = {},
          .hint = {},
          .next = {},
          .place = {}};
}

// A word that no command takes.
Error unexpected_word(const CLI::App& command, const std::string& word) {
  bool is_option = word.starts_with('-');
  std::vector<std::string> known = is_option ? options_of(command) : commands_of(command);
  std::string message = fmt::format("the argument \"{}\" is one too many", word);
  if (is_option) {
    message = fmt::format("there is no option \"{}\"", word);
  } else if (!known.empty()) {
    message = fmt::format("there is no command \"{}\"", word);
  }
  Error error = told(std::move(message));
  std::string name = word.substr(0, word.find('='));
  if (auto close = did_you_mean(name, known)) error.hint = fmt::format("did you mean \"{}\"?", *close);
  return error;
}

}  // namespace

const CLI::App& chosen_command(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().back();
  return *at;
}

std::string typed_name(const CLI::App& command) {
  if (command.get_parent() == nullptr) return command.get_name();
  return typed_name(*command.get_parent()) + " " + command.get_name();
}

Error usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = chosen_command(app);
  bool extra = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  bool lacks_command = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) &&
                       command.get_require_subcommand_min() > 0;
  std::vector<std::string> words = app.remaining(true);
  if ((extra || lacks_command) && !words.empty()) return unexpected_word(command, words.front());
  if (lacks_command)
    return told(fmt::format("one of its commands must follow: {}", join(commands_of(command), ", ")));
  return told(error.what());
}

}  // namespace nightlatch::cli
