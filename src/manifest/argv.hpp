// A kube-apiserver command line as pflag reads it (github.com/spf13/pflag, flag.go: parseArgs).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::manifest {

// One flag. `words` counts its items of the command line: 1 for --name or --name=value, 2 for --name value.
struct ParsedFlag {
  std::string name;                  // without dashes, "_" as "-"
  std::optional<std::string> value;  // nullopt: bare
  std::size_t word = 0;              // index of its first word
  std::size_t words = 1;
};

// Something with which kube-apiserver would exit, or that cannot be judged without knowing the flag.
struct ArgvProblem {
  ErrorCode code;  // of manifest_errors
  std::size_t word = 0;
  std::string message;
};

struct ParsedArgv {
  std::vector<ParsedFlag> flags;  // in the order of the command line
  std::vector<ArgvProblem> problems;
};

// How a container's words come to run kube-apiserver.
struct Program {
  enum class Kind { none, api_server, shell, unknown_wrapper };
  Kind kind = Kind::none;
  std::size_t binary = 0;      // index of the word that names kube-apiserver
  std::size_t first_flag = 0;  // index of the first word after it (and after hyperkube's sub-command)
};

// Finds kube-apiserver itself, hyperkube with its sub-command, or either behind go-runner, tini or dumb-init.
// A shell that mentions kube-apiserver is `shell`; any other program in front of it is `unknown_wrapper`.
// Never fails: `none` when no item names kube-apiserver.
[[nodiscard]] Program find_program(std::span<const std::string> words);

// Reads the items from index `first` on, which is Program::first_flag. Never fails: an item with which
// kube-apiserver would exit becomes a problem, and reading goes on behind it.
[[nodiscard]] ParsedArgv parse_argv(std::span<const std::string> words, std::size_t first);

// Whether this flag of kube-apiserver needs no value. `name` without dashes, "_" as "-".
[[nodiscard]] bool is_bool_flag(std::string_view name);

// As Go's strconv.ParseBool: 1 t T TRUE true True, 0 f F FALSE false False; nullopt for every other text.
[[nodiscard]] std::optional<bool> parse_bool(std::string_view text);

// Whether the kubelet would replace a $(NAME) in this text; $$(NAME) is an escape
// (third_party/forked/golang/expansion/expand.go).
[[nodiscard]] bool expands_variable(std::string_view text);

}  // namespace nightlatch::manifest
