#include "cli/console.hpp"

#include <exception>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "report/error.hpp"
#include "report/flow.hpp"

namespace nightlatch::cli {

cluster::Selection Console::selection() const {
  return {.inventory = options.inventory,
          .cluster = options.cluster,
          .kubeconfig = options.kubeconfig,
          .context = options.context};
}

void Console::log(std::string_view text) {
  if (options.verbose > 0)
    err.line(err.paint(Color::dim, report::visible(text, report::charset_of(err.terminal()))));
}

Exit Console::fail(std::span<const Error> errors, Exit exit) {
  std::vector<Error> told(errors.begin(), errors.end());
  for (Error& error : told) {
    if (error.code.number != cli_errors::bad_arguments.number) continue;
    error.message = fmt::format("{}: {}", command, error.message);
    if (error.next.empty()) error.next = command + " --help";
  }
  report::write_errors(err, told, exit);
  if (json()) out.write(report::errors_json(told, exit));
  return exit;
}

Exit act(Console& console, const Action& action) {
  try {
    return action(console);
  } catch (const std::exception& error) {
    return console.fail(Error{cli_errors::unexpected, error.what(), {}, {}, {}, {}});
  }
}

std::string_view version() {
  return NIGHTLATCH_VERSION;
}

std::string user_agent() {
  return fmt::format("nightlatch/{}", version());
}

bool is_interactive() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

}  // namespace nightlatch::cli
