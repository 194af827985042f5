// docs/protocol.md, protocol.cpp and agent.sh use the same words.
#include "node/protocol.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "places.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::node {

namespace {

constexpr int last_verb = static_cast<int>(Verb::evidence);

std::string source(const std::string& path) {
  Result<std::string> text = read_file(source_directory() / path);
  EXPECT_TRUE(text) << path;
  return text.value_or("");
}

std::set<std::string> verb_names() {
  std::set<std::string> names(script_only_verbs.begin(), script_only_verbs.end());
  for (int i = 0; i <= last_verb; ++i) names.emplace(name(static_cast<Verb>(i)));
  return names;
}

std::set<std::string> step_names() {
  std::set<std::string> names;
  for (const facts::ProtocolStepRow& row : facts::protocol_steps()) names.emplace(row.name);
  return names;
}

// The rows of the table: trimmed cells.
std::vector<std::vector<std::string>> table() {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : split(source("docs/protocol.md"), '\n')) {
    if (!line.starts_with("| ") || line.starts_with("| verb") || line.starts_with("| ---")) {
      if (!rows.empty()) break;
      continue;
    }
    std::vector<std::string> cells;
    for (const std::string& cell : split(line, '|')) cells.emplace_back(trim(cell));
    rows.push_back(std::move(cells));
  }
  return rows;
}

// Words that stand as labels in the `case` that follows `marker`.
std::set<std::string> case_labels(const std::string& part, const std::string& marker) {
  std::string script = source("src/node/agent/" + part);
  std::size_t begin = script.find(marker);
  EXPECT_NE(begin, std::string::npos);
  std::string block = script.substr(begin, script.find("esac", begin) - begin);
  std::set<std::string> labels;
  std::regex label(R"(([a-z_]+)\s*(?=[|)]))");
  for (std::sregex_iterator at(block.begin(), block.end(), label), end; at != end; ++at)
    labels.insert((*at)[1]);
  return labels;
}

TEST(Protocol, TableHasEveryVerbOfTheTypesAndNoOther) {
  std::set<std::string> verbs;
  for (const auto& row : table()) verbs.insert(row.at(1));
  EXPECT_EQ(verbs, verb_names());
}

TEST(Protocol, TableLeadsToEveryStepButIdle) {
  std::set<std::string> reached;
  for (const auto& row : table()) {
    if (row.at(6) != "-") reached.insert(row.at(6));
  }
  std::set<std::string> wanted = step_names();
  wanted.erase("idle");
  EXPECT_EQ(reached, wanted);
}

TEST(Protocol, ScriptHasACaseForEveryVerb) {
  EXPECT_EQ(case_labels("request.sh", "    facts) do_facts"), verb_names());
}

TEST(Protocol, ScriptKnowsEveryStep) {
  EXPECT_EQ(case_labels("state.sh", "    idle | staged | cleaned | armed"), step_names());
}

}  // namespace

}  // namespace nightlatch::node
