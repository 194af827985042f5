#include "manifest/splice.hpp"

#include <gtest/gtest.h>

namespace nightlatch::manifest {
namespace {

using Splices = std::vector<Splice>;

TEST(Splice, ReplacesInsertsAndErases) {
  Splices splices{{0, 1, "X", ""}, {2, 2, "--", ""}, {3, 5, "", ""}};
  EXPECT_EQ(manifest::apply("abcdef", splices), "Xb--cf");
}

TEST(Splice, InverseGivesTheOldBytes) {
  std::string before = "one\ntwo\nthree\n";
  for (const Splices& splices : {Splices{{4, 8, "", "a"}}, Splices{{3, 3, "\nnew", "b"}, {4, 7, "zwei", "c"}},
                                 Splices{{0, 0, "x", "d"}, {14, 14, "end", "e"}}}) {
    EXPECT_EQ(manifest::apply(manifest::apply(before, splices), inverse(before, splices)), before);
  }
}

TEST(UnifiedDiff, IsEmptyWithoutSplices) {
  EXPECT_EQ(unified_diff("a\n", {}, "f"), "");
}

TEST(UnifiedDiff, ShowsAnInsertionAtALineEndAsOneNewLine) {
  EXPECT_EQ(unified_diff("a\nb\nc\n", Splices{{3, 3, "\nnew", ""}}, "f"),
            "--- f\n+++ f\n@@ -1,3 +1,4 @@\n a\n b\n+new\n c\n");
}

TEST(UnifiedDiff, ShowsAReplacedLine) {
  EXPECT_EQ(unified_diff("a\nb\nc\n", Splices{{2, 3, "B", ""}}, "f"),
            "--- f\n+++ f\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
}

TEST(UnifiedDiff, KeepsDistantChangesInHunksOfTheirOwn) {
  std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";
  EXPECT_EQ(unified_diff(before, Splices{{0, 2, "", ""}, {18, 20, "ten", ""}}, "f"),
            "--- f\n+++ f\n@@ -1,4 +1,3 @@\n-1\n 2\n 3\n 4\n@@ -7,4 +6,4 @@\n 7\n 8\n 9\n-10\n+ten\n");
}

TEST(UnifiedDiff, MarksAMissingFinalNewline) {
  EXPECT_EQ(unified_diff("a\nb", Splices{{3, 3, "\nc", ""}}, "f"),
            "--- f\n+++ f\n@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+c\n\\ No newline at "
            "end of file\n");
}

TEST(UnifiedDiff, KeepsCarriageReturns) {
  EXPECT_EQ(unified_diff("a\r\nb\r\n", Splices{{3, 6, "", ""}}, "f"),
            "--- f\n+++ f\n@@ -1,2 +1,1 @@\n a\r\n-b\r\n");
}

}  // namespace
}  // namespace nightlatch::manifest
