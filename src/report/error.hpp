// Errors for a person: code, place, caret, evidence, next step; and nightlatch.dev/error/v1.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/out.hpp"
#include "report/page.hpp"
#include "util/exit.hpp"
#include "util/result.hpp"

namespace nightlatch::report {

struct ErrorReport {
  std::vector<Error> errors;
  Exit exit = Exit::bug;
};

// All of them, then "exit N".
[[nodiscard]] Page page_of(const ErrorReport& report);
void write_errors(Out& out, std::span<const Error> errors, Exit exit);

// A finding of detect and its like, with what the catalogue says of its code.
[[nodiscard]] Finding finding_of(const Error& error, Grade grade = Grade::warning);
// In one line: "cp1: no answer (NL1201)".
[[nodiscard]] Check check_of(const Error& error, Grade grade);

[[nodiscard]] std::string errors_json(std::span<const Error> errors, Exit exit);

}  // namespace nightlatch::report
