// Errors are values: Result<T>, and an Error that says what is wrong, where, and what to do next.
//
// Exceptions of a library are caught in the one file that wraps it; none leaves its room. An exception in the
// middle of a roll would skip the rollback.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "util/exit.hpp"

namespace nightlatch {

// One row of the catalogue: an error, a check of a plan or a finding. Each room has its own in an errors.hpp.
// `number` is printed as NL1203; 1xxx input, 2xxx facts, 3xxx plan, 4xxx roll, 5xxx audit, 6xxx RBAC, 7xxx
// verify.
struct ErrorCode {
  int number;
  Exit exit;               // Exit::done: a check, which stops nothing
  std::string_view title;  // for docs/errors.md
  std::string_view next;   // what a person does about it, unless the error has a next step of its own
  std::string_view why{};  // why it matters; of checks and findings
};

// A position in a text that a person can open: file:line:column, and the line for the caret below it.
struct SourcePlace {
  std::string file;
  std::size_t line = 0;    // from 1
  std::size_t column = 0;  // from 1, in bytes
  std::string text;        // the whole line, without its end
  std::size_t width = 1;   // how many carets
};

struct Error {
  ErrorCode code;
  std::string message{};               // one line; names the node or file
  std::vector<std::string> details{};  // evidence, one line each, printed indented
  std::string hint{};                  // beside the caret: did you mean …
  std::string next{};                  // replaces code.next when not empty
  std::optional<SourcePlace> place{};

  // What a person does about it.
  [[nodiscard]] std::string_view next_step() const { return next.empty() ? code.next : next; }
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

// fail(code, message) is what `return` takes in a function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(const ErrorCode& code, std::string message,
                                                std::vector<std::string> details = {}) {
  return tl::unexpected<Error>(
      Error{.code = code, .message = std::move(message), .details = std::move(details)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace nightlatch

#define NL_CONCAT_INNER(a, b) a##b
#define NL_CONCAT(a, b) NL_CONCAT_INNER(a, b)

// NL_TRY(expression): returns its error from the enclosing function, else goes on.
#define NL_TRY(...)                                                               \
  do {                                                                            \
    if (auto nl_status = (__VA_ARGS__); !nl_status)                               \
      return ::tl::unexpected<::nightlatch::Error>(std::move(nl_status).error()); \
  } while (false)

// NL_ASSIGN(auto name, expression): the value, or the error returned from the enclosing function.
#define NL_ASSIGN(declaration, ...) \
  NL_ASSIGN_INNER(NL_CONCAT(nl_result_, __COUNTER__), declaration, __VA_ARGS__)
#define NL_ASSIGN_INNER(temporary, declaration, ...)                                          \
  auto temporary = (__VA_ARGS__);                                                             \
  if (!temporary) return ::tl::unexpected<::nightlatch::Error>(std::move(temporary).error()); \
  declaration = std::move(*temporary)
