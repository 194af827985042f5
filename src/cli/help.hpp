// The layout of the help. This header does not include CLI11 (ARCHITECTURE.md, A9).
#pragma once

#include <memory>

namespace CLI {
class FormatterBase;
}

namespace nightlatch::cli {

// The group of the options that every command has. Only `nightlatch options` shows it.
inline constexpr const char* shared_options_group = "Options of every command";

// Lays the help out in at most 80 columns: what the command does, its usage, its own options, its commands,
// its examples, and where the options of every command are listed.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> make_help_formatter();

}  // namespace nightlatch::cli
