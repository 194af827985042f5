#include "spec/document.hpp"

#include <gtest/gtest.h>

#include "spec/told.hpp"

namespace nightlatch::spec {
namespace {

std::string error_of(std::string_view bytes) {
  return told(parse_document(bytes, "x.yaml"));
}

TEST(Document, KnowsThePlaceOfEveryValue) {
  constexpr std::string_view bytes = "a: 1\nlist:\n- x\n- \"two words\"\nflow: {k: v}\n";
  auto document = parse_document(bytes, "x.yaml");
  ASSERT_TRUE(document) << told(document);
  const Value& second = document->root.find("list")->items[1];
  SourcePlace place = document->place(second);
  EXPECT_EQ(place.line, 4U);
  EXPECT_EQ(place.column, 3U);
  EXPECT_EQ(place.width, 11U);
  EXPECT_EQ(document->place(*document->root.find("flow")->find("k")).column, 11U);
}

TEST(Document, PlacesCountFromTheFirstByteAfterAByteOrderMark) {
  constexpr std::string_view bytes = "\xEF\xBB\xBF# caf\xC3\xA9\r\na: b\r\n";
  auto document = parse_document(bytes, "x.yaml");
  ASSERT_TRUE(document) << told(document);
  SourcePlace place = document->place(*document->root.find("a"));
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 4U);
  EXPECT_EQ(place.text, "a: b");
}

TEST(Document, QuotedAndPlainAreTold) {
  auto document = parse_document("a: \"3\"\nb: 3\nc: ~\nd:\n", "x.yaml");
  ASSERT_TRUE(document) << told(document);
  EXPECT_TRUE(document->root.find("a")->quoted);
  EXPECT_FALSE(document->root.find("b")->quoted);
  EXPECT_EQ(document->root.find("c")->kind, Value::Kind::null);
  EXPECT_EQ(document->root.find("d")->kind, Value::Kind::null);
}

TEST(Document, BrokenYamlIsRefusedAtItsPlace) {
  EXPECT_EQ(error_of("a: [1, 2\nb: 3\n"),
            "NL1101 exit 2 x.yaml:2:2: this is not YAML: end of sequence flow not found\n"
            "b: 3\n"
            " ^\n");
}

TEST(Document, EmptyIsRefused) {
  EXPECT_TRUE(error_of("").starts_with("NL1101 exit 2 x.yaml:1:1: the file is empty\n"));
  EXPECT_TRUE(error_of("# nothing\n").starts_with("NL1101 exit 2 x.yaml:1:1: the file is empty\n"));
}

TEST(Document, BytesThatAreNotTextAreRefused) {
  constexpr std::string_view utf16("a\0:\0 \0b\0", 8);
  EXPECT_TRUE(
      error_of(utf16).starts_with("NL1101 exit 2 x.yaml:1:2: a NUL byte: the file is not UTF-8 text\n"));
  EXPECT_TRUE(error_of("a: " + std::string(1U << 20U, 'x'))
                  .starts_with("NL1101 exit 2 x.yaml:1:1: the file is larger than 1 MiB\n"));
}

TEST(Document, AKeyWrittenTwiceIsRefused) {
  EXPECT_EQ(error_of("spec:\n  soak: 1s\n  soak: 2s\n"),
            "NL1107 exit 2 x.yaml:3:3: the key \"soak\" is written twice\n"
            "  soak: 2s\n"
            "  ^^^^\n");
  EXPECT_TRUE(error_of("{a: 1, \"a\": 2}\n").starts_with("NL1107 exit 2 x.yaml:1:8:"));
}

TEST(Document, AnchorsAliasesAndTagsAreRefused) {
  EXPECT_TRUE(error_of("a: &x 1\n")
                  .starts_with("NL1109 exit 2 x.yaml:1:4: this file may not have an anchor (&name)\n"));
  EXPECT_TRUE(
      error_of("a: &x {b: 1}\n").starts_with("NL1109 exit 2 x.yaml:1:4: this file may not have an anchor"));
  EXPECT_TRUE(error_of("a: !!str 1\n")
                  .starts_with("NL1109 exit 2 x.yaml:1:4: this file may not have a tag (!type)\n"));
  EXPECT_TRUE(error_of("a: &x 1\nb: *x\n").starts_with("NL1109"));
  EXPECT_TRUE(error_of("a: &x\n").starts_with("NL1109"));
}

TEST(Document, SeveralDocumentsAreRefused) {
  EXPECT_TRUE(error_of("---\na: 1\n---\na: 2\n")
                  .starts_with("NL1109 exit 2 x.yaml:3:1: a second YAML document begins here\n---\n"));
  EXPECT_EQ(error_of("---\na: 1\n"), "no error\n");
}

TEST(Document, DepthIsBounded) {
  EXPECT_TRUE(
      error_of(std::string(33, '[') + std::string(33, ']'))
          .starts_with("NL1104 exit 2 x.yaml:1:33: this file may have at most 32 levels of nesting\n"));
  EXPECT_EQ(error_of(std::string(32, '[') + std::string(32, ']')), "no error\n");
}

TEST(Document, KeysAreWords) {
  EXPECT_TRUE(error_of("? [a, b]\n: 1\n").starts_with("NL1104 exit 2 x.yaml:1:3: a key must be a string\n"));
  EXPECT_TRUE(error_of("~: 1\n").starts_with("NL1104 exit 2 x.yaml:1:1: a key must be a string\n"));
}

}  // namespace
}  // namespace nightlatch::spec
