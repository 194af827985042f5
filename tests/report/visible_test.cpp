#include "report/visible.hpp"

#include <gtest/gtest.h>

namespace nightlatch::report {
namespace {

TEST(Visible, LeavesTextAlone) {
  EXPECT_EQ(visible("/etc/kubernetes/manifests/kube-apiserver.yaml"),
            "/etc/kubernetes/manifests/kube-apiserver.yaml");
  EXPECT_EQ(visible("Zoë Ångström 東京 🔒"), "Zoë Ångström 東京 🔒");
}

TEST(Visible, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(visible("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(visible("bell\a del\x7f"), "bell\\x07 del\\x7f");
  EXPECT_EQ(visible("csi \xc2\x9b"), "csi \\u009b");
  EXPECT_EQ(visible(std::string_view("nul\0end", 7)), "nul\\x00end");
}

TEST(Visible, ALineEndOfAnotherBeginsNoLineOfOurs) {
  EXPECT_EQ(visible("a\nok  all well\r"), "a\\nok  all well\\r");
  EXPECT_EQ(visible("a\u2028b"), "a\\u2028b");
}

TEST(Visible, ShowsWhatTurnsOrHidesText) {
  EXPECT_EQ(visible("\u202e\u2066\u2069"), "\\u202e\\u2066\\u2069");
  EXPECT_EQ(visible("zero\u200bwidth\ufeff"), "zero\\u200bwidth\\ufeff");
  EXPECT_EQ(visible("tag\U000e0041"), "tag\\ue0041");
}

TEST(Visible, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(visible("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(visible("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(visible("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(visible("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "over U+10FFFF";
  EXPECT_EQ(visible("cut \xe6\x9d"), "cut \\xe6\\x9d");
}

TEST(Visible, ATabIsKeptOnRequest) {
  EXPECT_EQ(visible("a\tb"), "a\\tb");
  EXPECT_EQ(visible("a\tb", Charset::utf8, Tabs::kept), "a\tb");
}

TEST(Visible, AnEightBitTerminalGetsNoByteOver127) {
  EXPECT_EQ(visible("ě", Charset::ascii), "\\u011b") << "its second byte is CSI in Latin-1";
}

TEST(Columns, AreThoseOfATerminal) {
  EXPECT_EQ(columns_of("cp1"), 3U);
  EXPECT_EQ(columns_of("東京"), 4U);
  EXPECT_EQ(columns_of("e\u0301"), 1U);
  EXPECT_EQ(bytes_within("東京", 3), 3U) << "half a character is none";
  EXPECT_EQ(bytes_within("cp1", 10), 3U);
}

}  // namespace
}  // namespace nightlatch::report
