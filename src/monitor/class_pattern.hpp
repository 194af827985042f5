// A class of the taxonomy as what an engine for logs can ask: regular expressions over the path of a request,
// and verbs.
//
// The expressions are of the part of the language that RE2, Java, PCRE and Lucene read alike: literals,
// [classes], (a|b),
// * + ?, and no anchors, because they must match the whole path. The path is that of the log: still
// percent-encoded, without its query. tests/monitor/class_pattern_test.cpp compares them with what
// `nightlatch audit` says.
#pragma once

#include <string>
#include <vector>

#include "audit/taxonomy.hpp"

namespace nightlatch::monitor {

enum class Match { whole, not_at_all };

struct PathTest {
  std::string expression{};
  Match match = Match::whole;
};

// Every test and, where there are verbs, one of them.
struct ClassRule {
  std::vector<PathTest> paths{};
  std::vector<std::string> verbs{};  // empty: any
};

[[nodiscard]] ClassRule class_rule(const audit::MatchRule& rule);

// Of a path that is written in disguise, whose class is encoded-twin (audit/request_path.hpp).
[[nodiscard]] std::string disguise_expression();

// What a path test is in an expression of its own: each character stands for itself.
[[nodiscard]] std::string literal_expression(std::string_view text);

}  // namespace nightlatch::monitor
