// Guards what a reader meets: files of a length that can be held in mind, functions that fit on a screen, and
// no variant that is taken apart by an if-chain, where a new alternative would be dropped in silence.
//
// The sources are formatted by clang-format, and that is what is read here: a function begins on a line that
// ends in " {" and ends on the first line that is a closing brace at the same indentation.
#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source_tree.hpp"
#include "util/text.hpp"

namespace nightlatch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t longest_source = 450;
constexpr std::size_t longest_test = 500;
constexpr std::size_t longest_function = 60;  // from its opening line to its closing brace

struct Function {
  std::string name;       // the line that opens it
  std::size_t begin = 0;  // its opening line, from 0
  std::size_t end = 0;    // that of its closing brace
};

std::size_t indentation_of(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// A line that ends in "{" and is of no function: a scope, a table, a statement.
bool opens_something_else(std::string_view line) {
  static const std::regex other(
      R"(^\s*(inline )?(namespace|struct|class|enum|union|extern|if|for|while|switch|do|else|try|case|return)\b.*)");
  return std::regex_match(std::string(line), other) || line.find('(') == std::string_view::npos ||
         line.find("= {") != std::string_view::npos || line.ends_with("({");
}

std::vector<Function> functions_in(const std::vector<std::string>& lines) {
  std::vector<Function> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].ends_with(" {")) continue;
    // A signature that was wrapped: what says whose it is stands lines above, less indented.
    std::size_t first = i;
    while (first > 0 && indentation_of(lines[first]) > 2 && !trim(lines[first - 1]).empty() &&
           !lines[first - 1].ends_with(';') && !lines[first - 1].ends_with('{') &&
           !lines[first - 1].ends_with('}'))
      --first;
    if (opens_something_else(lines[first])) continue;
    std::string closing = std::string(indentation_of(lines[first]), ' ') + "}";
    auto end = std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(i), lines.end(),
                            [&](const std::string& line) { return line.starts_with(closing); });
    if (end == lines.end()) continue;
    auto last = static_cast<std::size_t>(end - lines.begin());
    found.push_back({std::string(trim(lines[first])), first, last});
    i = last;
  }
  return found;
}

// What std::get_if or std::holds_alternative is asked about more than once within a function.
std::vector<std::string> variants_taken_apart(const std::vector<std::string>& lines,
                                              const Function& function) {
  static const std::regex question(R"(std::(get_if|holds_alternative)<[^>]*(?:<[^>]*>)?[^>]*>\(&?([^)]*)\))");
  std::map<std::string, int> asked;
  for (std::size_t i = function.begin; i <= function.end; ++i) {
    std::string code = lines[i].substr(0, lines[i].find("//"));
    for (std::sregex_iterator match(code.begin(), code.end(), question), none; match != none; ++match)
      ++asked[(*match)[2].str()];
  }
  std::vector<std::string> chains;
  for (const auto& [variant, times] : asked) {
    if (times > 1) chains.push_back(variant);
  }
  return chains;
}

std::vector<std::string> longer_than(std::size_t most, const std::vector<Source>& sources) {
  std::vector<std::string> found;
  for (const Source& source : sources) {
    auto lines = static_cast<std::size_t>(std::ranges::count(source.text, '\n'));
    if (lines > most) found.push_back(fmt::format("{}: {} lines", source.path, lines));
  }
  return found;
}

TEST(Shape, NoSourceIsOver450Lines) {
  EXPECT_THAT(longer_than(longest_source, read_sources("src", {".cpp", ".hpp", ".sh"})), IsEmpty());
}

TEST(Shape, NoTestIsOver500Lines) {
  EXPECT_THAT(longer_than(longest_test, read_sources("tests", {".cpp", ".hpp", ".sh"})), IsEmpty());
}

TEST(Shape, NoFunctionIsOver60Lines) {
  std::vector<std::string> found;
  for (const Source& source : read_sources("src")) {
    for (const Function& function : functions_in(source.lines)) {
      std::size_t length = function.end - function.begin + 1;
      if (length > longest_function)
        found.push_back(
            fmt::format("{}:{}: {} lines: {}", source.path, function.begin + 1, length, function.name));
    }
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Shape, NoVariantIsTakenApartByAnIfChain) {
  std::vector<std::string> found;
  for (const Source& source : read_sources("src")) {
    for (const Function& function : functions_in(source.lines)) {
      for (const std::string& variant : variants_taken_apart(source.lines, function))
        found.push_back(fmt::format("{}:{}: std::visit({}) says it once: {}", source.path, function.begin + 1,
                                    variant, function.name));
    }
  }
  EXPECT_THAT(found, IsEmpty());
}

// --- that the reader of this test sees what it looks for

const std::vector<std::string> sample = split(R"(namespace a {
struct Point {
  int x = 0;
};
void wrapped(const std::string& one,
             const std::string& two) {
  if (const auto* yes = std::get_if<Yes>(&event.what)) {
    act(*yes);
  } else if (std::holds_alternative<No>(event.what)) {
    leave();
  }
}
class Roll {
  int turn() const {
    return std::holds_alternative<No>(answer) ? 1 : 0;
  }
};
)",
                                              '\n');

TEST(Shape, ReadsFunctionsWithWrappedSignaturesAndInClasses) {
  std::vector<Function> functions = functions_in(sample);
  ASSERT_EQ(functions.size(), 2U);
  EXPECT_EQ(functions[0].begin, 4U);
  EXPECT_EQ(functions[0].end, 11U);
  EXPECT_EQ(functions[1].name, "int turn() const {");
}

TEST(Shape, SeesAnIfChainAndLetsASingleQuestionPass) {
  std::vector<Function> functions = functions_in(sample);
  ASSERT_EQ(functions.size(), 2U);
  EXPECT_THAT(variants_taken_apart(sample, functions[0]), ElementsAre("event.what"));
  EXPECT_THAT(variants_taken_apart(sample, functions[1]), IsEmpty());
}

}  // namespace
}  // namespace nightlatch
