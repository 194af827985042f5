// The queries of engines. Whether their expressions say what the audit says is shown by
// class_pattern_test.cpp, and integration/bench/queries runs and parses them.
#include "monitor/queries.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "util/text.hpp"

namespace nightlatch::monitor {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Queries, OfEveryEngineHaveEveryClassInItsOrder) {
  const audit::Taxonomy& taxonomy = audit::shipped_taxonomy();
  for (std::string_view name : engine_names) {
    std::string query = query_of(engine_named(name).value(), taxonomy);
    EXPECT_THAT(query, Not(HasSubstr("@"))) << name;
    std::size_t at = query.find("encoded-twin");
    ASSERT_NE(at, std::string::npos) << name;
    for (std::size_t i = 0; i + 2 < taxonomy.classes.size(); ++i) {
      std::string label = taxonomy.classes[i].name;
      std::size_t next = query.find(label, at);
      EXPECT_NE(next, std::string::npos) << name << ": " << label;
      at = next == std::string::npos ? at : next + 1;
    }
    EXPECT_THAT(query, HasSubstr("nightlatch audit")) << name;
    EXPECT_THAT(query, HasSubstr("unauthenticated")) << name;
    // Not one of them looks for ResponseComplete alone, where no 401 is.
    EXPECT_THAT(query, HasSubstr("ResponseStarted")) << name;
  }
  EXPECT_FALSE(engine_named("oracle"));
}

std::string line_of(Engine engine, std::string_view words) {
  for (const std::string& line : split(query_of(engine, audit::shipped_taxonomy()), '\n')) {
    if (line.find(words) != std::string::npos) return std::string(trim(line));
  }
  return {};
}

TEST(Queries, SayAClassInTheWordsOfTheEngine) {
  EXPECT_EQ(line_of(Engine::clickhouse, "'health',"),
            "(match(path, '^(/livez|/readyz|/healthz)$') AND verb IN ('get', 'head')), 'health',");
  EXPECT_EQ(
      line_of(Engine::athena, "'health'"),
      "WHEN (regexp_like(path, '^(/livez|/readyz|/healthz)$') AND verb IN ('get', 'head')) THEN 'health'");
  EXPECT_EQ(line_of(Engine::elasticsearch, "\"health\""),
            "(path RLIKE \"/livez|/readyz|/healthz\" AND verb IN (\"get\", \"head\")), \"health\",");
  EXPECT_EQ(line_of(Engine::splunk, "\"health\""),
            "(match(path, \"^(/livez|/readyz|/healthz)$\") AND in(verb, \"get\", \"head\")), \"health\",");
  EXPECT_EQ(line_of(Engine::loki, "}}health{{ else"), "");
  EXPECT_EQ(line_of(Engine::loki, "}}health"),
            "{{- else if (and (eq (regexReplaceAll \"^(/livez|/readyz|/healthz)$\" .path \"=\") \"=\") (or "
            "(eq .verb "
            "\"get\") (eq .verb \"head\"))) }}health");
}

TEST(Queries, EscapeABackslashAsTheEngineReadsIt) {
  EXPECT_THAT(line_of(Engine::clickhouse, "'encoded-twin'"), HasSubstr(R"(|.*\\\\.*)$')"));
  EXPECT_THAT(line_of(Engine::athena, "'encoded-twin'"), HasSubstr(R"(|.*\\.*)$')"));
  EXPECT_THAT(line_of(Engine::splunk, "\"encoded-twin\""), HasSubstr(R"(|.*\\\\.*)$")"));
}

}  // namespace
}  // namespace nightlatch::monitor
