// Errors for a person: code, place, caret, evidence, next step; and nightlatch.dev/error/v1.
#pragma once

#include <span>
#include <string>

#include "report/out.hpp"
#include "util/exit.hpp"
#include "util/result.hpp"

namespace nightlatch::report {

// "NL1203"
[[nodiscard]] std::string code_name(int number);

// One error, without the exit line.
void write_error(Out& out, const Error& error);
// All of them, then "exit N".
void write_errors(Out& out, std::span<const Error> errors, Exit exit);

[[nodiscard]] std::string errors_json(std::span<const Error> errors, Exit exit);

}  // namespace nightlatch::report
