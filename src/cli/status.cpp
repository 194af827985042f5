// nightlatch status [RUN]
#include "operate/status.hpp"

#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/ports.hpp"
#include "report/lock.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string run;
  bool lock = false;
  bool break_lock = false;
  std::string reason;
};

Exit status(const std::string& run, Console& console) {
  RealPorts ports(console);
  auto report = operate::read_status(ports.get(), console.selection(), run);
  if (!report) return console.fail(report.error());
  if (console.json()) {
    console.out.write(report::status_json(*report, console.out.shared_options()));
  } else {
    report::write_text(*report, console.out);
  }
  return operate::exit_of(*report);
}

Exit print_lock(Console& console, const std::optional<api::Lease>& lease) {
  if (console.json()) {
    console.out.write(report::lock_json(lease));
  } else {
    report::write_lock(lease, console.out);
  }
  return Exit::done;
}

Exit lock(const Arguments& arguments, Console& console) {
  if (arguments.break_lock == arguments.reason.empty()) {  // --break-lock without --reason, or the reverse
    return console.fail(Error{cli_errors::bad_arguments,
                              "--break-lock and --reason TEXT belong together: the reason is kept",
                              {},
                              {},
                              {},
                              {}});
  }
  RealPorts ports(console);
  if (arguments.break_lock) {
    auto broken = operate::break_lock(ports.get(), console.selection(), arguments.reason);
    if (!broken) return console.fail(broken.error());
    console.err.say(fmt::format("The lock was taken from run {} of {}.", broken->run, broken->holder));
  }
  auto lease = operate::read_lock(ports.get(), console.selection());
  return lease ? print_lock(console, *lease) : console.fail(lease.error());
}

}  // namespace

void add_status(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  root.command("status", "Show what the nodes say about a run")
      .argument("RUN", arguments->run, "The run. Without it: the newest run that a node knows",
                Need::optional)
      .flag("--lock", arguments->lock, "Show only who holds the cluster's lock; no node is asked")
      .flag("--break-lock", arguments->break_lock,
            "Take the lock away from a run that no longer works; needs --reason")
      .option("--reason", "TEXT", arguments->reason,
              "Say why the lock is taken away. The holder and the next run are told")
      .examples({"nightlatch status -i prod.yaml", "nightlatch status -i prod.yaml --lock",
                 "nightlatch status -i prod.yaml --break-lock --reason \"the bastion is gone\""})
      .run([arguments](Console& console) {
        bool of_lock = arguments->lock || arguments->break_lock || !arguments->reason.empty();
        return of_lock ? lock(*arguments, console) : status(arguments->run, console);
      });
}

}  // namespace nightlatch::cli
