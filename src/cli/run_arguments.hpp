// The arguments that apply, rollback and resume share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/verb.hpp"
#include "operate/outcome.hpp"
#include "operate/run_choices.hpp"
#include "plan/accepted.hpp"
#include "plan/plan.hpp"

namespace nightlatch::cli {

// The help of options that plan and apply share.
inline constexpr const char* accept_outage_doc =
    "Allow a roll on a cluster with one API server, although its restart is an outage";
inline constexpr const char* balancer_probe_doc =
    "What the load balancer's health check asks: a path, such as /healthz, or tcp, where it only connects";

// What plan, apply and rollback --to-open would refuse otherwise.
struct AcceptArguments {
  std::string owner;
  std::string input;
  std::string version;

  [[nodiscard]] plan::Accepted accepted() const;
};

// Who must have approved, and who applies.
struct ApprovalArguments {
  std::string required;
  std::string allowed_signers;
  bool allow_self = false;
  operate::Signer signer;

  // Error: the number of approvals is none.
  [[nodiscard]] Status add_to(operate::RunChoices& choices) const;
};

// Of a change past the window.
struct WindowArguments {
  bool outside = false;
  std::string reason;
  std::string ticket;

  // nullopt: the window counts. Error: a reason or a ticket without the other two, or the other way round.
  [[nodiscard]] Result<std::optional<plan::OutsideWindow>> override_of() const;
};

inline constexpr const char* wait_for_window_doc =
    "Wait until the window of the playbook opens, instead of ending with 8";

struct BeginArguments {
  bool yes = false;
  bool dry_run = false;
  bool wait = false;
  std::string oidc_token_file;

  [[nodiscard]] operate::RunChoices choices() const;
};

struct RunArguments {
  BeginArguments begin;
  std::string run;
  bool take_over = false;

  [[nodiscard]] operate::RunChoices choices() const;
};

// Add the arguments to `verb`. `which` is the help of RUN, and says which run is meant without it.
// `arguments` must live until the command has run.
Verb& add_accept_arguments(Verb& verb, AcceptArguments& arguments);
Verb& add_window_arguments(Verb& verb, WindowArguments& arguments);
Verb& add_approval_arguments(Verb& verb, ApprovalArguments& arguments);
Verb& add_begin_arguments(Verb& verb, BeginArguments& arguments);
Verb& add_run_arguments(Verb& verb, RunArguments& arguments, const std::string& which);

// The console's selection with the value of --load-balancer-probe. Error: it is no path and not "tcp".
[[nodiscard]] Result<cluster::Selection> selection_with(const Console& console,
                                                        const std::string& balancer_probe);

// Prints the result of a run, or why there was none; returns the exit code.
[[nodiscard]] Exit print_run(Console& console, const operate::Outcome<report::RunReport>& run);

}  // namespace nightlatch::cli
