#include "cli/cli.hpp"

#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/shell_quote.hpp"

namespace nightlatch::cli {

namespace {

constexpr const char* about =
    "Closes anonymous access to self-managed Kubernetes control planes: one API\n"
    "server at a time, over SSH, with proof before each step, and with every step\n"
    "able to undo itself.";

ColorMode color_mode(const std::string& word) {
  if (word == "always") return ColorMode::always;
  return word == "never" ? ColorMode::never : ColorMode::automatic;
}

// Those that say which cluster is meant, as a shell takes them.
std::string shared_options(const Options& options) {
  std::string shared;
  auto add = [&](std::string_view name, const std::string& value) {
    bool plain =
        value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/@:~") ==
        std::string::npos;
    if (!value.empty()) shared += fmt::format(" {} {}", name, plain ? value : shell_quote(value));
  };
  add("-i", options.inventory);
  add("--cluster", options.cluster);
  add("--kubeconfig", options.kubeconfig);
  add("--context", options.context);
  return shared;
}

Console make_console(const Options& options) {
  ColorMode mode = color_mode(options.color);
  Console console{options, report::Out(1, describe_terminal(1, mode)),
                  report::Out(2, describe_terminal(2, mode))};
  console.out.set_shared_options(shared_options(options));
  console.err.set_shared_options(shared_options(options));
  return console;
}

void add_commands(CLI::App& app, Verb& root) {
  add_detect(root);
  add_rewrite(root);
  add_plan(root);
  add_apply(root);
  add_rollback(root);
  add_confirm(root);
  add_resume(root);
  add_status(root);
  add_verify(root);
  add_history(root);
  add_node(root);
  add_playbook(root);
  add_version(root);
  add_completion(root, app);
  root.needs_command();
}

// The command that was named last.
const CLI::App* chosen(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().back();
  return at;
}

}  // namespace

Exit run(int argc, char** argv) {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  Options options;
  Actions actions;
  CLI::App app(about, "nightlatch");
  app.get_formatter()->column_width(31);
  app.set_help_all_flag("--help-all", "the help of every command");
  Verb root(app, actions, options);
  add_commands(app, root);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return static_cast<Exit>(app.exit(asked_for_help));
  } catch (const CLI::ParseError& error) {
    Console console = make_console(options);
    bool no_command = app.get_subcommands().empty() && error.get_name() == "RequiredError";
    std::string message = no_command ? "a command is needed: nightlatch --help lists them" : error.what();
    return console.fail(Error{cli_errors::bad_arguments, std::move(message), {}, {}, {}, {}});
  }
  Console console = make_console(options);
  auto action = actions.find(chosen(app));
  if (action == actions.end()) {
    return console.fail(
        Error{cli_errors::bad_arguments, "this command needs one of its own commands", {}, {}, {}, {}});
  }
  return act(console, action->second);
}

}  // namespace nightlatch::cli
