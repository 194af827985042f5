// Links of the Markdown pages: each leads to a file that is there, and to a heading that it has.
#include <cctype>
#include <regex>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "markdown.hpp"

namespace nightlatch {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

// As GitHub makes the anchor of a heading: small letters, hyphens for spaces, no other punctuation.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (char c : heading) {
    auto byte = static_cast<unsigned char>(c);
    if (c == ' ') anchor += '-';
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80)
      anchor += static_cast<char>(std::tolower(byte));
  }
  return anchor;
}

std::set<std::string> anchors_of(const Page& page) {
  std::set<std::string> anchors;
  bool in_code = false;
  for (const std::string& line : page.lines) {
    if (is_fence(line)) in_code = !in_code;
    std::size_t text = line.find_first_not_of('#');
    if (!in_code && text != 0 && text != std::string::npos && line[text] == ' ')
      anchors.insert(anchor_of(line.substr(text + 1)));
  }
  return anchors;
}

bool leads_somewhere(const Page& page, const std::string& target) {
  std::string file = target.substr(0, target.find('#'));
  fs::path whole = file.empty() ? source_directory() / page.path
                                : source_directory() / fs::path(page.path).parent_path() / file;
  if (!fs::exists(whole)) return false;
  if (target.find('#') == std::string::npos) return true;
  Page there = read_page(fs::relative(whole, source_directory()).string());
  return anchors_of(there).contains(target.substr(target.find('#') + 1));
}

// "path:line: target" of each relative link that leads nowhere. Code is no link.
std::vector<std::string> dead_links(const Page& page) {
  static const std::regex code("`[^`]*`");
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  std::vector<std::string> dead;
  bool in_code = false;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    if (is_fence(page.lines[i])) in_code = !in_code;
    if (in_code) continue;
    std::string line = std::regex_replace(page.lines[i], code, "");
    for (std::sregex_iterator it(line.begin(), line.end(), link), end; it != end; ++it) {
      std::string target = (*it)[1];
      if (target.starts_with("http://") || target.starts_with("https://")) continue;
      if (!leads_somewhere(page, target)) dead.push_back(fmt::format("{}:{}: {}", page.path, i + 1, target));
    }
  }
  return dead;
}

std::vector<std::string> pages() {
  std::vector<std::string> all;
  for (const std::string& path : files_below("")) {
    if (path.ends_with(".md")) all.push_back(path);
  }
  return all;
}

TEST(Links, OfEveryPageLeadSomewhere) {
  std::vector<std::string> dead;
  EXPECT_GE(pages().size(), 15U);
  for (const std::string& path : pages()) {
    for (std::string& one : dead_links(read_page(path))) dead.push_back(std::move(one));
  }
  EXPECT_THAT(dead, IsEmpty());
}

TEST(Links, ThatLeadNowhereAreToldWithTheirLine) {
  Page page{.path = "docs/safety.md",
            .lines = {"[here](safety.md) [gone](nowhere.md)", "`[code](nothing.md)`", "```", "[x](y.md)",
                      "```", "[chapter](#gates) [none](#no-such-chapter) [web](https://example.org/)"}};
  EXPECT_THAT(dead_links(page),
              ElementsAre("docs/safety.md:1: nowhere.md", "docs/safety.md:6: #no-such-chapter"));
}

// docs/README.md is the map: it names every page below docs/, and the folders of what is no page.
TEST(Links, TheMapNamesEveryDocument) {
  std::string map = read_file(source_directory() / "docs/README.md").value();
  for (const auto& entry : fs::directory_iterator(source_directory() / "docs")) {
    std::string name = entry.path().filename();
    if (name == "README.md") continue;
    bool pages_of_its_own = name == "reference";
    std::string target = pages_of_its_own ? "(reference/" : fmt::format("({})", name);
    EXPECT_THAT(map, testing::HasSubstr(target)) << name;
  }
}

}  // namespace
}  // namespace nightlatch
