// The endpoint matrix: every question to every API server and through the load balancer, and what it proves.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/probe.hpp"
#include "util/result.hpp"

namespace nightlatch::verify {

// Who is asked. `ask` is called from one thread at a time, not from the caller's.
struct Column {
  std::string node;     // "cp1", "load balancer"
  std::string address;  // host:port
  std::function<facts::Seen(const facts::Expectation&)> ask;
};

enum class Verdict {
  as_planned,
  reported,       // nothing was expected
  contradiction,  // an answer that was not expected
  unknown,        // no answer: neither open nor closed
};
[[nodiscard]] std::string_view name(Verdict verdict);  // as-planned, reported, contradiction, unknown

struct CheckResult {
  std::string node;
  std::string address;
  facts::Expectation question;
  facts::Seen seen;

  [[nodiscard]] Verdict verdict() const;
  // What a person should know of this answer; empty: nothing.
  [[nodiscard]] std::string note() const;
};

struct Matrix {
  std::vector<CheckResult> checks;  // by column, then in the order of the questions

  [[nodiscard]] std::size_t count(Verdict verdict) const;
  // No contradiction and nothing unknown.
  [[nodiscard]] bool ok() const;
};

// Columns in parallel, each column's questions one after the other.
[[nodiscard]] Matrix run_matrix(const std::vector<Column>& columns,
                                const std::vector<facts::Expectation>& questions);

// An error of verify_errors when the matrix is not ok: a contradiction comes before the unknown.
[[nodiscard]] Status judge(const Matrix& matrix);

}  // namespace nightlatch::verify
