#include "util/hash.hpp"

#include <gtest/gtest.h>

namespace nightlatch {
namespace {

TEST(Sha256, AgreesWithTheStandardsVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ShortHash, IsTwelveDigits) {
  EXPECT_EQ(short_hash(sha256_hex("abc")), "ba7816bf8f01");
  EXPECT_EQ(short_hash(""), "");
}

TEST(Base64, RoundTripsEveryByteAtEveryLength) {
  std::string bytes;
  for (int length = 0; length < 300; ++length) {
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes) << length;
    bytes += static_cast<char>(length);
  }
}

TEST(Base64, EncodesAsRfc4648Says) {
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("foo"), "Zm9v");
}

TEST(Base64, LinesHave76CharactersAndGiveTheSameBytes) {
  EXPECT_TRUE(base64_lines("").empty());
  std::string bytes(58, 'x');  // one more than a line holds
  std::vector<std::string> lines = base64_lines(bytes);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].size(), 76U);
  EXPECT_EQ(base64_decode(lines[0] + "\n" + lines[1]), bytes);
}

TEST(Sha256, IsKnownByItsSpelling) {
  EXPECT_TRUE(is_sha256_hex(sha256_hex("")));
  EXPECT_FALSE(is_sha256_hex(sha256_hex("").substr(1)));
  EXPECT_FALSE(is_sha256_hex(std::string(63, '0') + "F"));
}

TEST(Base64, WhiteSpaceIsSkipped) {
  EXPECT_EQ(base64_decode(" Zm9v\nYmFy\r\n"), "foobar");
  EXPECT_EQ(base64_decode(""), "");
}

TEST(Base64, WhatIsNotBase64IsRefused) {
  for (const char* text : {"Zg=", "Zg", "Z", "Zm9*", "====", "Z===", "Zg==Zg==", "Z=g=", "Zm9-", "Zm9v----",
                           "QUI=----", "Zm9_"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace nightlatch
