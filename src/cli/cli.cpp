#include "cli/cli.hpp"

#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/usage_error.hpp"
#include "util/shell_quote.hpp"

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
  add_verify(root);
  add_status(root);
  root.heading("Plan");
  add_playbook(root);
  add_rewrite(root);
  add_plan(root);
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
  return act(console, version_wanted ? print_version : actions.at(&chosen_command(app)));
}

}  // namespace nightlatch::cli
