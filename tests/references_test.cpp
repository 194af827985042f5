// A comment, a test or a page that names a rule (S1 to S26) or a decision (A1 to A10) can be followed:
// docs/safety.md and ARCHITECTURE.md explain each of them.
#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "markdown.hpp"

namespace nightlatch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The numbers that headings of `path` explain: "### S1 A restore never overwrites …".
std::set<std::string> explained_in(const std::string& path, char letter) {
  const std::regex heading(fmt::format("#+ ({}[0-9]+) .+", letter));
  std::set<std::string> numbers;
  for (const std::string& line : read_page(path).lines) {
    std::smatch match;
    if (std::regex_match(line, match, heading)) numbers.insert(match[1]);
  }
  return numbers;
}

std::set<std::string> explained() {
  std::set<std::string> numbers = explained_in("docs/safety.md", 'S');
  numbers.merge(explained_in("ARCHITECTURE.md", 'A'));
  return numbers;
}

// "path:line: number" of what `lines` name and `known` does not explain.
std::vector<std::string> unexplained(const Page& page, const std::set<std::string>& known) {
  static const std::regex reference(R"(\b[SA][0-9]{1,2}\b)");
  std::vector<std::string> found;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    const std::string& line = page.lines[i];
    for (std::sregex_iterator it(line.begin(), line.end(), reference), end; it != end; ++it) {
      if (!known.contains(it->str())) found.push_back(fmt::format("{}:{}: {}", page.path, i + 1, it->str()));
    }
  }
  return found;
}

bool may_name_rules(const std::string& path) {
  // Checksums, and pictures, hold such letters by chance.
  for (const char* end : {".sum", ".svg", ".png"}) {
    if (path.ends_with(end)) return false;
  }
  return path != "tests/references_test.cpp";
}

TEST(References, EverySafetyRuleAndDecisionIsExplained) {
  std::set<std::string> expected;
  for (int i = 1; i <= 26; ++i) expected.insert(fmt::format("S{}", i));
  for (int i = 1; i <= 10; ++i) expected.insert(fmt::format("A{}", i));
  EXPECT_EQ(explained(), expected);
}

TEST(References, NoneLeadsNowhere) {
  const std::set<std::string> known = explained();
  std::vector<std::string> found;
  for (const char* folder : {"src", "tests", "docs", "integration", "dev.d", "playbooks"}) {
    for (const std::string& path : files_below(folder)) {
      if (!may_name_rules(path)) continue;
      for (std::string& one : unexplained(read_page(path), known)) found.push_back(std::move(one));
    }
  }
  for (const char* path : {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"}) {
    for (std::string& one : unexplained(read_page(path), known)) found.push_back(std::move(one));
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(References, OneThatLeadsNowhereIsToldWithItsLine) {
  Page page{.path = "src/a.cpp", .lines = {"// S1", "// as S27 says (A5, A11)", "NS28 x_S29 S123"}};
  EXPECT_THAT(unexplained(page, explained()), ElementsAre("src/a.cpp:2: S27", "src/a.cpp:2: A11"));
}

// What these two pages say is enforced or tested somewhere is to be found there.
TEST(References, EveryFileThatTheRulesNameIsThere) {
  static const std::regex named(R"(`((?:src|tests|integration|docs|dev\.d|playbooks)/[^` ]*)`)");
  std::vector<std::string> missing;
  for (const char* path : {"docs/safety.md", "ARCHITECTURE.md"}) {
    Page page = read_page(path);
    for (std::size_t i = 0; i < page.lines.size(); ++i) {
      const std::string& line = page.lines[i];
      for (std::sregex_iterator it(line.begin(), line.end(), named), end; it != end; ++it) {
        // NAME stands for what somebody adds.
        if ((*it)[1].str().find("NAME") != std::string::npos) continue;
        if (!std::filesystem::exists(source_directory() / (*it)[1].str()))
          missing.push_back(fmt::format("{}:{}: {}", path, i + 1, (*it)[1].str()));
      }
    }
  }
  EXPECT_THAT(missing, IsEmpty());
}

// By number: the text of each rule of docs/safety.md, without its heading.
std::map<std::string, std::string> rules() {
  static const std::regex heading("### (S[0-9]+) .+");
  std::map<std::string, std::string> texts;
  std::string at;
  for (const std::string& line : read_page("docs/safety.md").lines) {
    std::smatch match;
    if (std::regex_match(line, match, heading)) at = match[1];
    if (line.starts_with("## ")) at.clear();
    if (!at.empty()) texts[at] += line + "\n";
  }
  return texts;
}

// The files in tests/ that the rule says show it: those of its sentence *Tested*.
std::vector<std::string> tests_of(const std::string& rule) {
  static const std::regex file(R"(`(tests/[^` ]+\.(?:cpp|patch))`)");
  std::size_t tested = std::min(rule.find("*Tested*"), rule.find("*tested*"));
  std::string text = tested == std::string::npos ? std::string() : rule.substr(tested);
  std::vector<std::string> files;
  for (std::sregex_iterator it(text.begin(), text.end(), file), end; it != end; ++it)
    files.push_back((*it)[1]);
  return files;
}

TEST(References, EveryRuleIsShownByATestThatNamesIt) {
  const std::set<std::string> not_enforced_yet{"S8"};
  for (const auto& [number, text] : rules()) {
    if (not_enforced_yet.contains(number)) {
      EXPECT_THAT(text, testing::HasSubstr("nothing enforces this rule yet")) << number;
      continue;
    }
    const std::regex name("\\b" + number + "\\b");
    std::vector<std::string> files = tests_of(text);
    EXPECT_THAT(files, testing::Not(IsEmpty())) << number << " names no test";
    bool is_named = std::any_of(files.begin(), files.end(), [&](const std::string& path) {
      auto bytes = read_file(source_directory() / path);
      return bytes && std::regex_search(*bytes, name);
    });
    EXPECT_TRUE(is_named) << number << ": none of its tests names it";
  }
}

TEST(References, EveryScenarioThatTheRulesNameIsThere) {
  static const std::regex scenario("`([a-z]+(?:-[a-z]+)*)`");
  std::string text = read_file(source_directory() / "docs/safety.md").value();
  static const std::regex list(R"(scenarios?\s+((?:`[a-z-]+`(?:,|\s|and)*)+))");
  std::size_t seen = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), list), end; it != end; ++it) {
    std::string names = (*it)[1];
    for (std::sregex_iterator one(names.begin(), names.end(), scenario); one != end; ++one) {
      ++seen;
      std::string file = "integration/scenarios/" + (*one)[1].str() + ".sh";
      EXPECT_TRUE(std::filesystem::exists(source_directory() / file)) << file;
    }
  }
  EXPECT_GE(seen, 30U);
}

TEST(References, EveryRoomHasARowInArchitecture) {
  std::string text = read_file(source_directory() / "ARCHITECTURE.md").value();
  for (const std::string& line : read_page("src/rooms.txt").lines) {
    std::size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string::npos) continue;
    EXPECT_THAT(text, testing::HasSubstr(fmt::format("| `src/{}/` |", line.substr(0, colon))));
  }
}

}  // namespace
}  // namespace nightlatch
