// What a verb hands back: its report, or why there is none and the exit code that tells it.
#pragma once

#include <vector>

#include <tl/expected.hpp>

#include "util/exit.hpp"
#include "util/result.hpp"

namespace nightlatch::operate {

struct Failure {
  std::vector<Error> errors;  // at least one
  Exit exit = Exit::bug;
};

template <class T>
using Outcome = tl::expected<T, Failure>;

// With the error's own exit code.
[[nodiscard]] tl::unexpected<Failure> failed(Error error);
// Of a command that only reads: see exit_of_reading.
[[nodiscard]] tl::unexpected<Failure> failed_reading(Error error);
// Of a command that plans or changes: see exit_of_planning.
[[nodiscard]] tl::unexpected<Failure> failed_planning(Error error);
[[nodiscard]] tl::unexpected<Failure> failed_planning(std::vector<Error> errors);

// The exit code of a command that only reads: 2 when an input cannot be read, else 7 when it could not see
// enough. No error: 0.
[[nodiscard]] Exit exit_of_reading(const std::vector<Error>& errors);
// The exit code of a command that plans or changes: 3, but 2 when nothing else than an input cannot be read,
// or when a host key is another than known_hosts says. No error: 0.
[[nodiscard]] Exit exit_of_planning(const std::vector<Error>& errors);

}  // namespace nightlatch::operate
