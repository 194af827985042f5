// What rollback and resume are told alike: which run, and how it is gone about.
#pragma once

#include <string>

#include "cli/carry_out.hpp"
#include "cli/verb.hpp"

namespace nightlatch::cli {

struct RunArguments {
  std::string run;
  bool yes = false;
  bool dry_run = false;
  bool wait = false;
  bool take_over = false;

  [[nodiscard]] How how() const;
};

// The arguments of `verb`; `which` says what an absent RUN means. `arguments` lives as long as the parsing.
Verb& add_run_arguments(Verb& verb, RunArguments& arguments, const std::string& which);

}  // namespace nightlatch::cli
