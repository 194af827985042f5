// The result of a command: its report, or the errors and the exit code.
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
// With the exit code of a command that only reads: see exit_of_reading.
[[nodiscard]] tl::unexpected<Failure> failed_reading(Error error);
// With the exit code of a command that plans or changes: see exit_of_planning.
[[nodiscard]] tl::unexpected<Failure> failed_planning(Error error);
[[nodiscard]] tl::unexpected<Failure> failed_planning(std::vector<Error> errors);

// The exit code of a command that only reads: 2 when an input cannot be read, else 7 when it could not see
// enough. No error: 0.
[[nodiscard]] Exit exit_of_reading(const std::vector<Error>& errors);
// The exit code of a command that plans or changes: 2 when every error is about an input, or when
// known_hosts has another key for a host or none; 3 otherwise. No error: 0.
[[nodiscard]] Exit exit_of_planning(const std::vector<Error>& errors);

}  // namespace nightlatch::operate
