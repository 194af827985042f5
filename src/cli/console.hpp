// What every command gets: the options that all commands share, and the streams to write to.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cluster/choice.hpp"
#include "node/become_password.hpp"
#include "operate/outcome.hpp"
#include "report/out.hpp"
#include "report/render.hpp"
#include "util/exit.hpp"
#include "util/result.hpp"

namespace nightlatch::cli {

struct Options {
  std::string inventory;
  std::string cluster;
  std::string kubeconfig;
  std::string context;
  std::string output = "text";
  std::string color = "auto";
  int verbose = 0;
  bool ask_become_pass = false;
  std::string become_pass_fd;
};

struct Console {
  const Options& options;
  report::Out out;                                          // results
  report::Out err;                                          // progress, log, errors
  std::string command = "nightlatch";                       // as it was typed: "nightlatch plan show"
  std::shared_ptr<node::BecomePassword> become_password{};  // null: none was given

  // Which cluster the options mean.
  [[nodiscard]] cluster::Selection selection() const;
  [[nodiscard]] bool json() const { return options.output == "json"; }
  // How a page is printed: text, unless -o names another form.
  [[nodiscard]] report::Format format() const {
    return report::format_named(options.output).value_or(report::Format::terminal);
  }
  // A line of the log, with -v.
  void log(std::string_view text);

  // Writes the errors to stderr, and with -o json as error/v1 to stdout; returns `exit`. An error about the
  // arguments gets the name of the command and leads to its help.
  Exit fail(std::span<const Error> errors, Exit exit);
  Exit fail(const operate::Failure& failure) { return fail(failure.errors, failure.exit); }
  Exit fail(const Error& error) { return fail(std::span(&error, 1), error.code.exit); }
};

using Action = std::function<Exit(Console&)>;
// Runs the action. An exception, which no other room should let out, is printed as NL1059 and becomes exit 1.
[[nodiscard]] Exit act(Console& console, const Action& action);

// "nightlatch/0.1.0"
[[nodiscard]] std::string user_agent();
[[nodiscard]] std::string_view version();

// Whether a person can be asked: stdin and stderr are both a terminal.
[[nodiscard]] bool is_interactive();

}  // namespace nightlatch::cli
