#include "verify/matrix.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "util/pool.hpp"
#include "verify/errors.hpp"

namespace nightlatch::verify {
namespace {

constexpr std::size_t shown_at_most = 20;

std::vector<CheckResult> ask_all(const Column& column, const std::vector<facts::Expectation>& questions) {
  std::vector<CheckResult> out;
  out.reserve(questions.size());
  for (const facts::Expectation& question : questions) {
    out.push_back(
        {.node = column.node, .address = column.address, .question = question, .seen = column.ask(question)});
  }
  return out;
}

std::string description(const CheckResult& check) {
  std::string line = fmt::format("{}: {} {}", check.node, check.question.method, check.question.path);
  line +=
      check.question.credentials == facts::Credentials::none ? " without credentials" : " with credentials";
  if (check.seen.status == 0) return fmt::format("{}: no answer ({})", line, check.seen.why);
  return fmt::format("{}: answered with {}, expected {}", line, check.seen.status,
                     fmt::join(check.question.expected, " or "));
}

tl::unexpected<Error> failure(const ErrorCode& code, const Matrix& matrix, Verdict verdict,
                              std::string_view what) {
  std::vector<std::string> details;
  for (const CheckResult& check : matrix.checks) {
    if (check.verdict() == verdict) details.push_back(description(check));
  }
  std::size_t count = details.size();
  if (count > shown_at_most) {
    details.resize(shown_at_most);
    details.push_back(fmt::format("and {} more", count - shown_at_most));
  }
  return fail(code, fmt::format("{} of {} checks {}", count, matrix.checks.size(), what), std::move(details));
}

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::as_planned:
      return "as-planned";
    case Verdict::reported:
      return "reported";
    case Verdict::contradiction:
      return "contradiction";
    case Verdict::unknown:
      return "unknown";
  }
  return "unknown";
}

Verdict CheckResult::verdict() const {
  if (seen.status == 0) return Verdict::unknown;
  if (question.expected.empty()) return Verdict::reported;
  const std::vector<int>& expected = question.expected;
  bool planned = std::find(expected.begin(), expected.end(), seen.status) != expected.end();
  return planned ? Verdict::as_planned : Verdict::contradiction;
}

std::string CheckResult::note() const {
  if (verdict() != Verdict::as_planned || question.purpose != facts::Purpose::stays_open) return {};
  if (question.expected.front() != 200 || seen.status != 403) return {};
  return "authentication lets the request in, but RBAC lets nobody get this path without credentials";
}

std::size_t Matrix::count(Verdict verdict) const {
  auto has = [&](const CheckResult& check) { return check.verdict() == verdict; };
  return static_cast<std::size_t>(std::count_if(checks.begin(), checks.end(), has));
}

bool Matrix::ok() const {
  return count(Verdict::contradiction) == 0 && count(Verdict::unknown) == 0;
}

Matrix run_matrix(const std::vector<Column>& columns, const std::vector<facts::Expectation>& questions) {
  auto results = parallel_map(columns, [&](const Column& column) { return ask_all(column, questions); });
  Matrix matrix;
  for (auto& column : results) std::move(column.begin(), column.end(), std::back_inserter(matrix.checks));
  return matrix;
}

Status judge(const Matrix& matrix) {
  if (matrix.count(Verdict::contradiction) > 0) {
    return failure(verify_errors::contradiction, matrix, Verdict::contradiction, "contradict the plan");
  }
  if (matrix.checks.empty()) return fail(verify_errors::not_seen, "there was no API server to ask");
  if (matrix.count(Verdict::unknown) > 0) {
    return failure(verify_errors::not_seen, matrix, Verdict::unknown, "got no answer");
  }
  return {};
}

}  // namespace nightlatch::verify
