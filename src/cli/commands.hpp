// Every command of nightlatch. Each of these functions adds one command to the command line.
#pragma once

#include "cli/verb.hpp"

namespace nightlatch::cli {

void add_detect(Verb& root);
void add_audit(Verb& root);
void add_rbac(Verb& root);
void add_explain(Verb& root);
void add_monitor(Verb& root);
void add_rewrite(Verb& root);
void add_plan(Verb& root);
void add_runbook(Verb& root);
void add_apply(Verb& root);
void add_rollback(Verb& root);
void add_confirm(Verb& root);
void add_resume(Verb& root);
void add_status(Verb& root);
void add_verify(Verb& root);
void add_history(Verb& root);
void add_node(Verb& root);
void add_playbook(Verb& root);
// `app` is the whole command line: these two print its options and commands.
void add_options(Verb& root, const CLI::App& app);
void add_completion(Verb& root, const CLI::App& app);
void add_version(Verb& root);

// What `nightlatch version`, --version and -V do.
[[nodiscard]] Exit print_version(Console& console);

}  // namespace nightlatch::cli
