// One error as a person reads it, and the line of the file that it points into.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "report/out.hpp"
#include "util/result.hpp"

namespace nightlatch::report {

// A source line with tokens masked and a tab as one blank, visible, and the caret line below it.
struct Excerpt {
  std::string line;
  std::string caret;  // "           ^~~~~~"
};
// At most `width` columns of the line, with the place the error points at among them.
[[nodiscard]] Excerpt excerpt_of(const SourcePlace& place, std::size_t width);

// "playbooks/eu.yaml:7:12"; empty without a place.
[[nodiscard]] std::string place_text(const Error& error);

// The message behind its place, which is printed before it: a location stands once.
[[nodiscard]] std::string_view message_text(const Error& error);

// Without the exit line.
void write_problem(Out& out, const Error& error);

}  // namespace nightlatch::report
