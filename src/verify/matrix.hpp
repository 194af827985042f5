// The endpoint matrix: every question to every API server and through the load balancer, and whether the
// answers are the planned ones.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/probe.hpp"
#include "util/result.hpp"

namespace nightlatch::verify {

// One API server, or the load balancer. `ask` is called by one thread at a time, which is not the caller's.
struct Column {
  std::string node;     // "cp1", "load balancer"
  std::string address;  // host:port
  std::function<facts::Seen(const facts::Expectation&)> ask;
};

enum class Verdict {
  as_planned,
  reported,       // nothing was expected
  contradiction,  // an answer that was not expected
  unknown,        // there was no answer, which shows neither open nor closed
};
// "as-planned", "reported", "contradiction", "unknown".
[[nodiscard]] std::string_view name(Verdict verdict);

struct CheckResult {
  std::string node;
  std::string address;
  facts::Expectation question;
  facts::Seen seen;

  [[nodiscard]] Verdict verdict() const;
  // What a person should know about this answer; empty: nothing.
  [[nodiscard]] std::string note() const;
};

struct Matrix {
  std::vector<CheckResult> checks;  // by column, then in the order of the questions

  [[nodiscard]] std::size_t count(Verdict verdict) const;
  // Whether there is neither a contradiction nor an unknown answer.
  [[nodiscard]] bool ok() const;
};

// Asks all columns in parallel, and each column's questions one after the other. Never fails.
[[nodiscard]] Matrix run_matrix(const std::vector<Column>& columns,
                                const std::vector<facts::Expectation>& questions);

// Errors: contradiction, with at most 20 answers as details; else not_seen, also for an empty matrix.
[[nodiscard]] Status judge(const Matrix& matrix);

}  // namespace nightlatch::verify
