// How the help of a command looks. CLI11 stays inside the sources.
#pragma once

#include <memory>
#include <string>

namespace CLI {
class App;
class FormatterBase;
}  // namespace CLI

namespace nightlatch::cli {

// The group of the options that every command has. No help shows it but that of `nightlatch options`.
inline constexpr const char* shared_options_group = "Options of every command";

// Lays the help out in at most 80 columns: what the command does, its usage, its own options, its commands,
// its examples, and where the options of every command are listed.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> make_help_formatter();

// What `nightlatch options` prints: the options that every command has, each with its description. `app` is
// the whole command line.
[[nodiscard]] std::string shared_options_help(const CLI::App& app);

// What `nightlatch` prints when no command was given.
[[nodiscard]] std::string where_to_start();

}  // namespace nightlatch::cli
