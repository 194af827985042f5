#include "util/tar.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "util/errors.hpp"

namespace nightlatch {
namespace {

using Files = std::map<std::string, std::string>;
using testing::HasSubstr;

std::string why_not(std::string_view bytes) {
  auto read = read_tar(bytes, "x.tar");
  if (read) return {};
  EXPECT_EQ(read.error().code.number, util_errors::bad_archive.number);
  return read.error().message;
}

// A header of ustar with this name and type, and as many bytes behind it as it says.
std::string entry(const std::string& name, char type, const std::string& content = {}) {
  std::string bytes = write_tar({{"x", content}}, 0).value();
  std::string header = bytes.substr(0, 512);
  header.replace(0, name.size(), name);
  header[156] = type;
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (char c : header) sum += static_cast<unsigned char>(c);
  header.replace(148, 7, fmt::format("{:06o}", sum) + std::string(1, '\0'));
  return header + bytes.substr(512, (content.size() + 511) / 512 * 512);
}

const std::string the_end(1024, '\0');

TEST(Tar, GivesBackWhatWasWritten) {
  Files files{{"run/a", ""}, {"run/b.sigs/c", std::string(1000, 'x')}, {"run/d", std::string("\0\n\xff", 3)}};
  std::string bytes = write_tar(files, 1'795'310'040).value();
  EXPECT_EQ(read_tar(bytes, "x.tar").value(), files);
  EXPECT_EQ(write_tar(files, 1'795'310'040).value(), bytes);
  EXPECT_EQ(bytes.size() % 512, 0U);
}

TEST(Tar, TakesPlainFilesBelowItAlone) {
  EXPECT_EQ(why_not(entry("good", '0', "x") + the_end), "");
  EXPECT_EQ(why_not(entry("/etc/passwd", '0', "x") + the_end),
            "x.tar: \"/etc/passwd\" is no plain file below it");
  EXPECT_EQ(why_not(entry("a/../../b", '0', "x") + the_end),
            "x.tar: \"a/../../b\" is no plain file below it");
  EXPECT_EQ(why_not(entry("directory", '5') + the_end), "x.tar: \"directory\" is no plain file below it");
  EXPECT_THAT(why_not(entry("link", '2') + the_end), HasSubstr("is no plain file below it"));
  EXPECT_THAT(why_not(entry("device", '3') + the_end), HasSubstr("is no plain file below it"));
}

TEST(Tar, TakesEachNameOnce) {
  EXPECT_EQ(why_not(entry("a", '0', "x") + entry("a", '0', "y") + the_end), "x.tar: a is there twice");
}

TEST(Tar, EndsBehindItsLastFile) {
  std::string bytes = write_tar({{"a", "x"}}, 0).value();
  EXPECT_EQ(why_not(bytes), "");
  EXPECT_EQ(why_not(bytes + "x"), "x.tar: something else than its end follows the last file");
  EXPECT_EQ(why_not(bytes + bytes), "x.tar: something else than its end follows the last file");
  EXPECT_NE(why_not(bytes.substr(0, 600)), "");
  EXPECT_NE(why_not(bytes.substr(0, 512)), "");
}

TEST(Tar, WhatIsNoneIsRefused) {
  for (const char* bytes : {"", "x", "{}"}) EXPECT_NE(why_not(bytes), "") << bytes;
  EXPECT_NE(why_not(std::string(2048, '\0')), "") << "an empty archive";
  EXPECT_NE(why_not(std::string(2048, 'x')), "");
}

TEST(Tar, ANameThatCannotBeHeldIsAnError) {
  auto made = write_tar({{std::string(300, 'x'), "y"}}, 0);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code.number, util_errors::archive_unwritable.number);
}

}  // namespace
}  // namespace nightlatch
