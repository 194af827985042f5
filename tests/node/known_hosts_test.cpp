#include "node/known_hosts.hpp"

#include <gtest/gtest.h>

namespace nightlatch::node {

namespace {

const std::string key = "AAAAC3NzaC1lZDI1NTE5AAAAIGB2fwHlo5TqJ0tG4kjJvmXPSQzXZd1Jk8B0hO0yQ2Zx";

std::size_t line_of(const std::string& text, const std::string& host, std::uint16_t port = 22) {
  std::vector<KnownKey> keys = known_keys(text, "kh", host, port);
  return keys.empty() ? 0 : keys.front().line;
}

TEST(KnownHosts, NamesTheLineOfAPlainName) {
  std::string text =
      "# comment\n\nother ssh-ed25519 " + key + "\ncp1,10.0.0.11 ssh-ed25519 " + key + " note\n";
  EXPECT_EQ(line_of(text, "10.0.0.11"), 4U);
  EXPECT_EQ(line_of(text, "CP1"), 4U);
  EXPECT_EQ(line_of(text, "10.0.0.1"), 0U);
}

TEST(KnownHosts, OtherPortsAreInBrackets) {
  std::string text = "[cp1]:2222 ssh-ed25519 " + key + "\n";
  EXPECT_EQ(line_of(text, "cp1", 2222), 1U);
  EXPECT_EQ(line_of(text, "cp1", 22), 0U);
}

TEST(KnownHosts, PatternsAndTheirExceptions) {
  std::string text = "10.0.0.?,!10.0.0.9,*.example ssh-ed25519 " + key + "\n";
  EXPECT_EQ(line_of(text, "10.0.0.1"), 1U);
  EXPECT_EQ(line_of(text, "10.0.0.9"), 0U);
  EXPECT_EQ(line_of(text, "cp1.example"), 1U);
}

// Made by ssh-keygen -H from "hashed.example".
TEST(KnownHosts, HashedNamesAreRecognised) {
  std::string text = "|1|ex/x8EID+89XpLFTthoYTaBlUKk=|iC2g+T8IjknQGVob6j00t2HoFj4= ssh-ed25519 " + key + "\n";
  EXPECT_EQ(line_of(text, "hashed.example"), 1U);
  EXPECT_EQ(line_of(text, "other.example"), 0U);
}

TEST(KnownHosts, AuthoritiesAndBrokenLinesAreSkipped) {
  std::string text =
      "@cert-authority cp1 ssh-ed25519 " + key + "\ncp1 ssh-ed25519\ncp1 ssh-ed25519 ***\n@revoked\n";
  EXPECT_EQ(line_of(text, "cp1"), 0U);
}

TEST(KnownHosts, RevokedKeysAreMarked) {
  std::vector<KnownKey> keys =
      known_keys("cp1 ssh-ed25519 " + key + "\n@revoked cp* ssh-ed25519 " + key, "kh", "cp1", 22);
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_FALSE(keys[0].revoked);
  EXPECT_TRUE(keys[1].revoked);
  EXPECT_EQ(keys[1].line, 2U);
}

TEST(KnownHosts, FingerprintIsTheOneOfSshKeygen) {
  std::vector<KnownKey> keys = known_keys("cp1 ssh-ed25519 " + key, "kh", "cp1", 22);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].type, "ssh-ed25519");
  EXPECT_EQ(keys[0].fingerprint, "SHA256:87l8+ISZEfouqv+Wl1sZvWFo+eeRuTVGjwfig9PQqzE");
}

}  // namespace

}  // namespace nightlatch::node
