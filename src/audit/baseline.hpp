// What was usual: the rows of an earlier audit, so that a later one tells what is new, and what has risen
// above it for long.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/histogram.hpp"
#include "audit/verdict.hpp"
#include "util/result.hpp"

namespace nightlatch::audit {

// Everything by name, because a later taxonomy numbers its classes anew.
struct Baseline {
  std::int64_t from_us = 0;  // of the log that it was made of
  std::int64_t to_us = 0;
  bool whole = true;                  // no rows were merged
  std::set<std::string> endpoints{};  // "allowed get /api/v1/pods", as `endpoint_name` gives it
  std::map<std::string, std::set<std::string>> sources{};  // the classes that each address asked for
  std::map<std::string, std::uint64_t> requests{};         // by "class outcome"
};

using Histograms = std::map<std::pair<std::size_t, Outcome>, Histogram>;

[[nodiscard]] Baseline baseline_of(const Verdict& verdict, const Taxonomy& taxonomy,
                                   const scan::Coverage& coverage);
[[nodiscard]] std::string to_json(const Baseline& baseline);
// `file` is for messages. Error: bad_baseline.
[[nodiscard]] Result<Baseline> parse_baseline(std::string_view json, std::string_view file);

// More than twice the usual rate, for an hour or longer.
struct Rise {
  std::size_t request_class = 0;
  Outcome outcome = Outcome::other;
  Severity severity = Severity::none;  // of the class with this outcome
  std::uint64_t usual_per_hour = 0;
  std::uint64_t per_hour = 0;
  std::int64_t from_us = 0;
  std::int64_t to_us = 0;
};

struct News {
  std::vector<bool> endpoints{};  // is new; one for each endpoint of the verdict
  std::vector<bool> sources{};    // is new, or asked for a class that it did not ask for before
  std::vector<Rise> risen{};
  Severity worst = Severity::none;  // of all of these
  bool whole = true;  // the baseline knows every row, so that nothing is taken for new by mistake
};

[[nodiscard]] News news_of(const Verdict& verdict, const Histograms& histograms, const Taxonomy& taxonomy,
                           const Baseline& baseline);

}  // namespace nightlatch::audit
