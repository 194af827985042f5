// How the help of a command looks. CLI11 stays inside the sources.
#pragma once

#include <memory>

namespace CLI {
class FormatterBase;
}

namespace nightlatch::cli {

// The group of the options that every command has. No help shows it but that of `nightlatch options`.
inline constexpr const char* shared_options_group = "Options of every command";

// Lays the help out in at most 80 columns: what the command does, its usage, its own options, its commands,
// its examples, and where the options of every command are listed.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> make_help_formatter();

}  // namespace nightlatch::cli
