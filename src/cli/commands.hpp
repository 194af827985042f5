// Every command of nightlatch: each adds itself to the command line.
#pragma once

#include "cli/verb.hpp"

namespace nightlatch::cli {

void add_detect(Verb& root);
void add_rewrite(Verb& root);
void add_plan(Verb& root);
void add_apply(Verb& root);
void add_rollback(Verb& root);
void add_confirm(Verb& root);
void add_resume(Verb& root);
void add_status(Verb& root);
void add_verify(Verb& root);
void add_history(Verb& root);
void add_node(Verb& root);
void add_playbook(Verb& root);
// Needs the whole command line, and so comes last.
void add_completion(Verb& root, const CLI::App& app);
void add_version(Verb& root);

}  // namespace nightlatch::cli
