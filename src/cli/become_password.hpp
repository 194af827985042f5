// The password that sudo asks for on the nodes: typed once, without echo, or read from a descriptor (S22).
#pragma once

#include <memory>

#include "cli/console.hpp"
#include "node/become_password.hpp"
#include "util/result.hpp"

namespace nightlatch::cli {

// As --ask-become-pass or --become-pass-fd say; null: neither was given. It is never a word of a command line
// and never a variable of the environment, which other processes could read. An interruption at the question
// ends the process by SIGINT. Errors: bad_arguments; password_unreadable.
[[nodiscard]] Result<std::shared_ptr<node::BecomePassword>> read_become_password(const Options& options);

}  // namespace nightlatch::cli
