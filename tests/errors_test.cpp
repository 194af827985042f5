// The error codes of all rooms: one number each, in the room's range, told to a person, and met by a test.
// docs/errors.md is made of them: NIGHTLATCH_RECORD=1 writes it again, and fails so that it is looked at.
#include "access/errors.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/errors.hpp"
#include "audit/errors.hpp"
#include "calendar/errors.hpp"
#include "cli/errors.hpp"
#include "cluster/errors.hpp"
#include "manifest/errors.hpp"
#include "monitor/errors.hpp"
#include "node/errors.hpp"
#include "operate/errors.hpp"
#include "places.hpp"
#include "plan/check_codes.hpp"
#include "plan/detect_errors.hpp"
#include "plan/errors.hpp"
#include "plan/rewrite_errors.hpp"
#include "rbac/errors.hpp"
#include "rbac/finding_codes.hpp"
#include "rollout/errors.hpp"
#include "scan/errors.hpp"
#include "spec/errors.hpp"
#include "util/errors.hpp"
#include "util/file.hpp"
#include "verify/errors.hpp"

namespace nightlatch {
namespace {

namespace fs = std::filesystem;

struct Table {
  std::string_view title;   // a chapter of docs/errors.md
  std::string_view header;  // below src/
  int first;                // of the numbers that are its own
  int last;
  std::span<const ErrorCode> codes;
};

// In the order of the numbers.
const std::array tables{
    Table{"Files", "util/errors.hpp", 1000, 1049, util_errors::all},
    Table{"The command line", "cli/errors.hpp", 1050, 1099, cli_errors::all},
    Table{"Which cluster, and who is at work on it", "cluster/errors.hpp", 1050, 1099, cluster_errors::all},
    Table{"Commands", "operate/errors.hpp", 1050, 1099, operate_errors::all},
    Table{"Inventory and playbook", "spec/errors.hpp", 1100, 1199, spec_errors::all},
    Table{"Reaching a node", "node/errors.hpp", 1200, 1299, node_errors::all},
    Table{"Reading a manifest", "manifest/errors.hpp", 1300, 1399, manifest_errors::all},
    Table{"Reaching an API server", "api/errors.hpp", 1400, 1499, api_errors::all},
    Table{"Profiles and configuration", "access/errors.hpp", 1500, 1599, access_errors::all},
    Table{"The change window", "calendar/errors.hpp", 1600, 1699, calendar_errors::all},
    Table{"Findings of detect", "plan/detect_errors.hpp", 2100, 2199, plan_detect_errors::all},
    Table{"The plan", "plan/errors.hpp", 3000, 3299, plan_errors::all},
    Table{"Rewriting one manifest", "plan/rewrite_errors.hpp", 3100, 3199, plan_rewrite_errors::all},
    Table{"Checks of a plan", "plan/check_codes.hpp", 3300, 3399, plan_checks::all},
    Table{"The roll", "rollout/errors.hpp", 4000, 4399, rollout_errors::all},
    Table{"Reading audit logs", "scan/errors.hpp", 5000, 5049, scan_errors::all},
    Table{"Judging audit logs", "audit/errors.hpp", 5050, 5099, audit_errors::all},
    Table{"RBAC objects and refused answers", "rbac/errors.hpp", 6000, 6099, rbac_errors::all},
    Table{"Findings of rbac list", "rbac/finding_codes.hpp", 6100, 6199, rbac_findings::all},
    Table{"Verification", "verify/errors.hpp", 7000, 7099, verify_errors::all},
    Table{"Monitoring", "monitor/errors.hpp", 7100, 7199, monitor_errors::all},
};

const fs::path root = source_directory();

struct Constant {
  std::string name;
  int number;
};

std::vector<Constant> constants_of(const Table& table) {
  std::string text = read_file(root / "src" / table.header).value();
  static const std::regex definition(R"(constexpr ErrorCode (\w+)\{\s*(\d+),)");
  std::vector<Constant> found;
  for (std::sregex_iterator it(text.begin(), text.end(), definition), end; it != end; ++it) {
    found.push_back({(*it)[1], std::stoi((*it)[2])});
  }
  return found;
}

TEST(ErrorCodes, EveryTableOfTheTreeIsKnownHere) {
  std::set<std::string> known;
  for (const Table& table : tables) known.emplace(table.header);
  for (const auto& entry : fs::recursive_directory_iterator(root / "src")) {
    std::string name = entry.path().filename().string();
    if (!name.ends_with("errors.hpp") && !name.ends_with("_codes.hpp")) continue;
    EXPECT_TRUE(known.contains(fs::relative(entry.path(), root / "src").string())) << entry.path();
  }
}

TEST(ErrorCodes, EachNumberIsUsedOnceAndInItsRoomsRange) {
  std::map<int, std::string_view> owner;
  for (const Table& table : tables) {
    for (const ErrorCode& code : table.codes) {
      auto [other, fresh] = owner.emplace(code.number, table.header);
      EXPECT_TRUE(fresh) << fmt::format("NL{} stands in {} and {}", code.number, other->second, table.header);
      EXPECT_GE(code.number, table.first) << table.header;
      EXPECT_LE(code.number, table.last) << table.header;
    }
  }
}

TEST(ErrorCodes, EveryConstantIsInItsTable) {
  for (const Table& table : tables) {
    std::set<int> listed;
    for (const ErrorCode& code : table.codes) listed.insert(code.number);
    for (const Constant& constant : constants_of(table)) {
      EXPECT_TRUE(listed.contains(constant.number)) << table.header << ": " << constant.name;
    }
    EXPECT_EQ(constants_of(table).size(), table.codes.size()) << table.header;
  }
}

TEST(ErrorCodes, EachTellsAPersonWhatAndWhatNext) {
  for (const Table& table : tables) {
    for (const ErrorCode& code : table.codes) {
      EXPECT_FALSE(code.title.empty()) << code.number;
      // An unknown profile lists the known ones below its caret; that is the next step.
      bool said_by_message = code.number == spec_errors::unknown_profile.number;
      EXPECT_TRUE(said_by_message || !code.next.empty()) << code.number;
      EXPECT_FALSE(code.title.ends_with('.')) << code.number << ": a title is no sentence";
      bool is_check = table.header == "plan/check_codes.hpp";
      EXPECT_EQ(code.exit == Exit::done, is_check) << code.number;
      bool is_finding = table.header == "plan/detect_errors.hpp" || table.header == "verify/errors.hpp" ||
                        table.header == "rbac/finding_codes.hpp";
      EXPECT_EQ(!code.why.empty(), is_check || is_finding) << code.number;
    }
  }
}

// A test that meets a code names its constant or its number.
TEST(ErrorCodes, EachIsMetBySomeTest) {
  std::set<std::string> words;  // "::name", "1203" and "NL1203" alike
  auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':';
  };
  for (const auto& entry : fs::recursive_directory_iterator(root / "tests")) {
    if (!entry.is_regular_file() || entry.path().filename() == "errors_test.cpp") continue;
    std::string text = read_file(entry.path()).value();
    for (auto at = text.begin(); at != text.end();) {
      auto end = std::find_if_not(at, text.end(), is_word);
      std::string word(at, end);
      if (auto colons = word.rfind("::"); colons != std::string::npos) word.erase(0, colons);
      while (word.ends_with(':')) word.pop_back();
      words.insert(word.starts_with("NL") ? word.substr(2) : word);
      at = end == text.end() ? end : end + 1;
    }
  }
  for (const Table& table : tables) {
    for (const Constant& constant : constants_of(table)) {
      EXPECT_TRUE(words.contains("::" + constant.name) || words.contains(std::to_string(constant.number)))
          << fmt::format("NL{} {} of {}", constant.number, constant.name, table.header);
    }
  }
}

// A check stops nothing and has no exit; checks and findings say why they matter.
std::string chapter(const Table& table) {
  std::vector<ErrorCode> codes(table.codes.begin(), table.codes.end());
  std::sort(codes.begin(), codes.end(),
            [](const ErrorCode& a, const ErrorCode& b) { return a.number < b.number; });
  bool exits = codes.front().exit != Exit::done;
  bool explained = !codes.front().why.empty();
  std::string page = fmt::format("\n## {}\n\n| code |{} what |{} next |\n|---|{}---|{}---|\n", table.title,
                                 exits ? " exit |" : "", explained ? " why it matters |" : "",
                                 exits ? "---|" : "", explained ? "---|" : "");
  for (const ErrorCode& code : codes) {
    std::string exit = exits ? fmt::format(" {} |", static_cast<int>(code.exit)) : "";
    std::string why = explained ? fmt::format(" {} |", code.why) : "";
    page += fmt::format("| NL{} |{} {} |{} {} |\n", code.number, exit, code.title, why, code.next);
  }
  return page;
}

std::string reference() {
  std::string page =
      "# Error codes\n\n"
      "Every error begins with its code, says what was expected and found, and ends with a next step. The\n"
      "exit codes are told in [exit-codes.md](exit-codes.md). Checks of a plan stop nothing: they say what "
      "to\n"
      "know or to do beside the change. Findings stop nothing either: `detect` ends with 0 whatever it "
      "finds, and\n"
      "with 7 where it could not judge; the exit of a finding is that of another command that meets it. This "
      "page\n"
      "is made from the sources.\n";
  for (const Table& table : tables) {
    page += chapter(table);
  }
  return page;
}

TEST(ErrorCodes, TheReferencePageIsMadeOfThem) {
  fs::path page = root / "docs" / "errors.md";
  if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
    ASSERT_TRUE(write_file_durably(page, reference(), 0644));
    FAIL() << "written again: " << page;
  }
  auto there = read_file(page);
  ASSERT_TRUE(there) << "make it: NIGHTLATCH_RECORD=1";
  EXPECT_EQ(*there, reference()) << "make it again: NIGHTLATCH_RECORD=1";
}

}  // namespace
}  // namespace nightlatch
