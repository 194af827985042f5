#include "rollout/gate_answers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

constexpr std::array<std::string_view, 3> credentials{"none", "admin", "login"};
constexpr std::string_view anything = "any";
constexpr std::size_t longest_reason = 120;

// A word of a line: the path of a probe may hold what separates words.
std::string word(std::string_view text) {
  std::string out;
  for (char c : text)
    out += c == ' ' ? std::string("%20") : std::string(c == '\n' ? "%0A" : std::string(1, c));
  return out;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string line_of(const facts::Seen& seen) {
  const facts::Expectation& question = seen.question;
  std::string wanted = question.expected.empty() ? std::string(anything)
                                                 : fmt::format("{}", fmt::join(question.expected, ","));
  std::string line =
      fmt::format("{} {} {} {} wanted {}", word(question.method), word(question.path),
                  credentials[static_cast<std::size_t>(question.credentials)], seen.status, wanted);
  if (seen.status != 0 || seen.why.empty()) return line;
  std::string why = seen.why.substr(0, longest_reason);
  std::replace(why.begin(), why.end(), '\n', ' ');
  return line + " " + why;
}

std::optional<facts::Seen> seen_in(const std::string& line) {
  std::vector<std::string> words = split(line, ' ');
  if (words.size() < 6 || words[4] != "wanted") return std::nullopt;
  facts::Seen seen;
  seen.question.method = words[0];
  seen.question.path = words[1];
  const auto* who = std::find(credentials.begin(), credentials.end(), words[2]);
  auto status = number(words[3]);
  if (who == credentials.end() || !status) return std::nullopt;
  seen.question.credentials = static_cast<facts::Credentials>(who - credentials.begin());
  seen.status = *status;
  for (const std::string& code : split(words[5], ',')) {
    if (auto one = number(code)) seen.question.expected.push_back(*one);
  }
  words.erase(words.begin(), words.begin() + 6);
  seen.why = join(words, " ");
  return seen;
}

}  // namespace

std::string text_of(std::span<const facts::Seen> answers) {
  std::vector<std::string> lines;
  for (const facts::Seen& seen : answers) lines.push_back(line_of(seen));
  return join(lines, "\n");
}

std::vector<facts::Seen> answers_in(std::string_view text) {
  std::vector<facts::Seen> answers;
  for (const std::string& line : split(text, '\n')) {
    if (auto seen = seen_in(line)) answers.push_back(*std::move(seen));
  }
  return answers;
}

}  // namespace nightlatch::rollout
