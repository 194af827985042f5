#include "cli/cli.hpp"

#include <algorithm>
#include <csignal>
#include <span>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/become_password.hpp"
#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/help.hpp"
#include "report/command_table.hpp"
#include "report/error.hpp"
#include "util/errors.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

constexpr const char* about =
    "Close anonymous access to self-managed Kubernetes control planes: one API\n"
    "server at a time, over SSH. Every change is proven before it is made, and can\n"
    "be undone after it.";

constexpr const char* where_to_start =
    "nightlatch closes anonymous access to self-managed Kubernetes control planes.\n"
    "\n"
    "Where to start:\n"
    "  nightlatch detect                 Show how exposed every API server is\n"
    "  nightlatch plan -p health-only    Show what would change, and change nothing\n"
    "  nightlatch rewrite kube-apiserver.yaml -p health-only\n"
    "                                    Show what would change in one manifest\n"
    "  nightlatch --help                 List every command\n";

ColorMode color_mode(const std::string& word) {
  if (word == "always") return ColorMode::always;
  return word == "never" ? ColorMode::never : ColorMode::automatic;
}

// The options that say which cluster is meant, and how its nodes are entered; quoted for a shell. A
// descriptor is one of this command alone, so the next one asks.
std::string shared_options(const Options& options) {
  std::string shared;
  auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) shared += fmt::format(" {} {}", name, shell_word(value));
  };
  add("-i", options.inventory);
  add("--cluster", options.cluster);
  add("--kubeconfig", options.kubeconfig);
  add("--context", options.context);
  if (options.ask_become_pass || !options.become_pass_fd.empty()) shared += " --ask-become-pass";
  return shared;
}

// The command that was named last on the command line; `app` itself where none was named.
const CLI::App& chosen_command(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().back();
  return *at;
}

// The command as it is typed: "nightlatch plan show".
std::string typed_name(const CLI::App& command) {
  if (command.get_parent() == nullptr) return command.get_name();
  return typed_name(*command.get_parent()) + " " + command.get_name();
}

bool enters_nodes(const std::string& command) {
  return std::ranges::any_of(report::command_table, [&](const report::CommandRow& row) {
    return row.about == report::About::cluster && command == fmt::format("nightlatch {}", row.name);
  });
}

Console make_console(const Options& options, const CLI::App& app) {
  ColorMode mode = color_mode(options.color);
  Console console{.options = options,
                  .out = report::Out(1, describe_terminal(1, mode)),
                  .err = report::Out(2, describe_terminal(2, mode)),
                  .command = typed_name(chosen_command(app))};
  console.out.set_shared_options(shared_options(options));
  console.err.set_shared_options(shared_options(options));
  return console;
}

void add_commands(CLI::App& app, Verb& root) {
  root.heading("Look");
  add_detect(root);
  add_audit(root);
  add_verify(root);
  add_status(root);
  add_rbac(root);
  add_explain(root);
  add_monitor(root);
  root.heading("Plan");
  add_playbook(root);
  add_rewrite(root);
  add_plan(root);
  add_runbook(root);
  root.heading("Change");
  add_apply(root);
  add_resume(root);
  add_confirm(root);
  add_node(root);
  root.heading("Undo");
  add_rollback(root);
  root.heading("Record");
  add_history(root);
  root.heading("Help");
  add_options(root, app);
  add_completion(root, app);
  add_version(root);
}

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
  return fail(cli_errors::bad_arguments, std::move(message)).value();
}

// The error for a word or an option that the command does not take.
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

// What is wrong with a command line that CLI11 could not parse, in the words that were typed.
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

// What was printed is a result too: a script must not take half a document for all of it. A command that has
// a reason of its own for another code keeps that one.
Exit with_whole_output(Console& console, Exit exit) {
  if (console.out.failure() == 0) return exit;
  Error error =
      fail(util_errors::file_unwritable,
           fmt::format("standard output: {}", std::generic_category().message(console.out.failure())))
          .value();
  report::write_errors(console.err, std::span(&error, 1), Exit::usage);
  return exit == Exit::done ? Exit::usage : exit;
}

}  // namespace

Exit run(int argc, char** argv) {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  Options options;
  Actions actions;
  bool version_wanted = false;
  CLI::App app(about, "nightlatch");
  app.formatter(make_help_formatter());
  app.set_help_flag("-h,--help", "Print the help of this command");
  app.set_help_all_flag("--help-all", "Print the help of every command");
  app.add_flag("-V,--version", version_wanted, "Print the version");
  Verb root(app, actions, options);
  root.run([](Console& console) {
    console.out.write(where_to_start);
    return Exit::done;
  });
  add_commands(app, root);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return static_cast<Exit>(app.exit(asked_for_help));
  } catch (const CLI::ParseError& error) {
    return make_console(options, app).fail(usage_error(app, error));
  }
  Console console = make_console(options, app);
  if (enters_nodes(console.command)) {
    auto password = read_become_password(options);
    if (!password) return console.fail(password.error());
    console.become_password = *std::move(password);
  }
  Exit exit = act(console, version_wanted ? print_version : actions.at(&chosen_command(app)));
  return with_whole_output(console, exit);
}

}  // namespace nightlatch::cli
