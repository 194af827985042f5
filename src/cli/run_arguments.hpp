// What apply, rollback and resume are told alike: how a run is gone about, and which one.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.hpp"
#include "operate/outcome.hpp"
#include "operate/run_choices.hpp"

namespace nightlatch::cli {

// Options that plan and apply describe alike.
inline constexpr const char* accept_outage_doc =
    "Allow a roll on a cluster with one API server, although its restart is an outage";
inline constexpr const char* accept_owner_doc =
    "Allow a roll on nodes whose manifests this one looks after, too; several names with commas";

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

// The arguments of `verb`; `which` says what an absent RUN means. `arguments` lives as long as the parsing.
Verb& add_begin_arguments(Verb& verb, BeginArguments& arguments);
Verb& add_run_arguments(Verb& verb, RunArguments& arguments, const std::string& which);

// The names of --accept-owner.
[[nodiscard]] std::vector<std::string> names_in(const std::string& argument);

// What a run came to, or why there was none.
[[nodiscard]] Exit print_run(Console& console, const operate::Outcome<report::RunReport>& run);

}  // namespace nightlatch::cli
