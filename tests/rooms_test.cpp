// Guards the walls of the house: who may include whom (src/rooms.txt), and what may not be in a room at all.
#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "places.hpp"
#include "source_tree.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch {
namespace {

using testing::IsEmpty;

const std::vector<Source>& sources() {
  static const std::vector<Source> all = read_sources("src");
  return all;
}

std::map<std::string, std::set<std::string>> read_rooms() {
  std::map<std::string, std::set<std::string>> rooms;
  for (const std::string& line : split(read_or_fail(source_directory() / "src/rooms.txt"), '\n')) {
    std::size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string::npos) continue;
    std::set<std::string>& arrows = rooms[line.substr(0, colon)];
    for (const std::string& word : split(line.substr(colon + 1), ' ')) {
      if (!word.empty()) arrows.insert(word);
    }
  }
  return rooms;
}

// What stands between <> or "" on the line; empty when it includes nothing.
std::string included(const std::string& line) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"].*)");
  std::smatch match;
  return std::regex_match(line, match, include) ? match[1].str() : std::string{};
}

// The lines of `source` where `offends` holds, as path:line: text.
template <class Offends>
void collect(const Source& source, const Offends& offends, std::vector<std::string>& found) {
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    if (offends(source.lines[i]))
      found.push_back(fmt::format("{}:{}: {}", source.path, i + 1, source.lines[i]));
  }
}

bool is_one_of(const std::string& room, std::initializer_list<std::string_view> rooms) {
  return std::ranges::find(rooms, room) != rooms.end();
}

TEST(Rooms, EveryFolderIsInTheTableAndTheOtherWayRound) {
  std::set<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(source_directory() / "src")) {
    if (entry.is_directory()) folders.insert(entry.path().filename());
  }
  std::set<std::string> named;
  for (const auto& [room, arrows] : read_rooms()) named.insert(room);
  EXPECT_EQ(folders, named);
}

TEST(Rooms, TheTableNamesOnlyRoomsAboveAndSoHasNoCircle) {
  std::set<std::string> above;
  for (const std::string& line : split(read_or_fail(source_directory() / "src/rooms.txt"), '\n')) {
    std::size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string::npos) continue;
    for (const std::string& word : split(line.substr(colon + 1), ' ')) {
      EXPECT_TRUE(word.empty() || above.contains(word)) << line;
    }
    above.insert(line.substr(0, colon));
  }
}

TEST(Rooms, EveryIncludeFollowsAnArrow) {
  auto rooms = read_rooms();
  std::vector<std::string> found;
  for (const Source& source : sources()) {
    if (source.room.empty()) continue;
    const std::set<std::string>& arrows = rooms[source.room];
    collect(
        source,
        [&](const std::string& line) {
          std::string path = included(line);
          std::string room = path.substr(0, path.find('/'));
          return line.find('"') != std::string::npos && rooms.contains(room) && room != source.room &&
                 !arrows.contains(room);
        },
        found);
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Rooms, IncludesOfOursAreWrittenFromTheRoot) {
  auto rooms = read_rooms();
  std::vector<std::string> found;
  for (const Source& source : sources()) {
    collect(
        source,
        [&](const std::string& line) {
          std::string path = included(line);
          return line.find('"') != std::string::npos && !path.empty() &&
                 !rooms.contains(path.substr(0, path.find('/')));
        },
        found);
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Rooms, TheRollKnowsNoThreadNoClockAndNoChance) {
  const std::regex banned(
      R"(<(thread|mutex|shared_mutex|condition_variable|future|random|atomic|unordered_map|unordered_set)>)"
      R"(|\bstd::(thread|jthread|mutex|async|unordered_\w+|random_device|mt19937\w*)\b)"
      R"(|\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\()"
      R"(|(::|\.|\b)now\s*\()"
      R"(|\bs?rand(om)?\s*\(|\btime\s*\(\s*(nullptr|NULL|0|&))");
  std::vector<std::string> found;
  for (const Source& source : sources()) {
    if (source.room != "rollout") continue;
    collect(
        source,
        [&](const std::string& line) {
          std::string code = line.substr(0, line.find("//"));
          return std::regex_search(code, banned);
        },
        found);
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Rooms, AsioStaysInLoopAndPool) {
  std::vector<std::string> found;
  for (const Source& source : sources()) {
    if (source.path == "src/util/loop.cpp" || source.path == "src/util/pool.cpp") continue;
    collect(source, [](const std::string& line) { return included(line).starts_with("boost/asio"); }, found);
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Rooms, HeavyHeadersStayInSources) {
  const std::regex heavy(
      R"(^(nlohmann/json\.hpp|CLI/.*|yaml-cpp/.*|yaml\.h|curl/.*|libssh/.*|simdjson.*|boost/.*|date/.*|libical/.*|archive.*\.h)$)");
  std::vector<std::string> found;
  for (const Source& source : sources()) {
    // A wrapper of several files shares its library's types in headers that carry the library's name.
    bool of_the_wrapper = source.path.starts_with("src/node/libssh_");
    if (!source.is_header() || of_the_wrapper) continue;
    collect(source, [&](const std::string& line) { return std::regex_match(included(line), heavy); }, found);
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Rooms, OnlyTheCommandLineAndItsVerbsLookIntoReportAndOnlyTheFirstIntoSim) {
  for (const auto& [room, arrows] : read_rooms()) {
    EXPECT_TRUE(is_one_of(room, {"cli", "operate"}) || !arrows.contains("report")) << room;
    EXPECT_TRUE(room == "cli" || !arrows.contains("sim")) << room;
    EXPECT_FALSE(arrows.contains("cli")) << room;
  }
}

TEST(Rooms, ThePureOnesOpenNoFileAndNoSocket) {
  const std::set<std::string> doors{"fstream", "unistd.h", "sys/socket.h",  "filesystem", "cstdio",
                                    "stdio.h", "fcntl.h",  "util/file.hpp", "util/fd.hpp"};
  std::vector<std::string> found;
  for (const Source& source : sources()) {
    if (!is_one_of(source.room,
                   {"calendar", "manifest", "access", "audit", "rbac", "monitor", "spec", "facts", "plan"}))
      continue;
    collect(source, [&](const std::string& line) { return doors.contains(included(line)); }, found);
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Rooms, NoHeaderOnlyIncludes) {
  std::vector<std::string> found;
  for (const Source& source : sources()) {
    if (!source.is_header()) continue;
    bool says_something = std::ranges::any_of(source.lines, [](const std::string& line) {
      std::string_view code = trim(line);
      return !code.empty() && !code.starts_with("//") && !code.starts_with('#');
    });
    if (!says_something) found.push_back(source.path);
  }
  EXPECT_THAT(found, IsEmpty());
}

}  // namespace
}  // namespace nightlatch
