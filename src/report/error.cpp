#include "report/error.hpp"

#include <fmt/format.h>

#include "report/problem.hpp"
#include "report/render.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

Page page_of(const ErrorReport& report) {
  Page page;
  page.title =
      report.errors.empty() ? "Error" : fmt::format("Error {}", code_name(report.errors[0].code.number));
  Section section;
  for (const Error& error : report.errors) section.blocks.emplace_back(Problem{error});
  section.blocks.emplace_back(
      Paragraph{Text(fmt::format("exit {}", static_cast<int>(report.exit)), Tone::dim)});
  page.add(std::move(section));
  return page;
}

void write_errors(Out& out, std::span<const Error> errors, Exit exit) {
  write_terminal(page_of(ErrorReport{{errors.begin(), errors.end()}, exit}), out);
}

Finding finding_of(const Error& error, Grade grade) {
  Finding finding;
  finding.grade = grade;
  finding.code = error.code.number;
  if (error.place) finding.text.add_exact(place_text(error)).add(": ");
  finding.text.add(std::string(trim(message_text(error))));
  for (const std::string& detail : error.details) finding.details.push_back(exact(detail));
  finding.why = error.code.why;
  finding.advice = error.next_step();
  return finding;
}

Check check_of(const Error& error, Grade grade) {
  return {grade,         error.code.number,           {},
          error.message, std::string(error.code.why), std::string(error.next_step())};
}

}  // namespace nightlatch::report
