// A command line that cannot be understood, told in the words that were typed.
#pragma once

#include <string>

#include "util/result.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace nightlatch::cli {

// The command that was named last; `app` itself where none was.
[[nodiscard]] const CLI::App& chosen_command(const CLI::App& app);

// As it is typed: "nightlatch plan show".
[[nodiscard]] std::string typed_name(const CLI::App& command);

// What CLI11 found wrong with the command line `app` has parsed; with "did you mean" where a word is close to
// one that is known.
[[nodiscard]] Error usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace nightlatch::cli
