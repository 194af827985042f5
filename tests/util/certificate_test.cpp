#include "util/certificate.hpp"

#include <gmock/gmock.h>

#include "certificate.hpp"

namespace nightlatch {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t in_2030 = 1893456000;  // 2030-01-01T00:00:00Z

TEST(Certificate, TheEndOfEachIsRead) {
  EXPECT_THAT(certificate_ends(certificate_until(in_2030)), ElementsAre(in_2030));
  std::string chain = certificate_until(in_2030) + "# an authority\n" + certificate_until(in_2030 + 5);
  EXPECT_THAT(certificate_ends(chain), ElementsAre(in_2030, in_2030 + 5));
}

TEST(Certificate, BeyondTheYear2050) {
  EXPECT_THAT(certificate_ends(certificate_until(4102444800)), ElementsAre(4102444800));
}

TEST(Certificate, WhatIsNoneEndsTheList) {
  EXPECT_THAT(certificate_ends(""), IsEmpty());
  EXPECT_THAT(certificate_ends("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), IsEmpty());
  std::string one = certificate_until(in_2030);
  EXPECT_THAT(certificate_ends(one + one.substr(0, one.size() / 2)), ElementsAre(in_2030));
}

TEST(Certificate, ASetIsTheSameInEveryOrderAndSpelling) {
  std::string one = certificate_until(in_2030);
  std::string other = certificate_until(in_2030 + 5);
  std::set<std::string> both = certificates_in(one + other);
  EXPECT_EQ(both.size(), 2U);
  std::string with_carriage_returns;
  for (char c : one) with_carriage_returns += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const std::string& text : {other + one, one + other + one, "# the new one\n" + other + "\n\n" + one,
                                  with_carriage_returns + other}) {
    EXPECT_EQ(certificates_in(text), both) << text;
  }
  EXPECT_EQ(certificates_in(one).size(), 1U);
  EXPECT_NE(certificates_in(one), certificates_in(other));
}

TEST(Certificate, ASetWithADamagedOneIsNotKnown) {
  std::string one = certificate_until(in_2030);
  EXPECT_THAT(certificates_in(""), IsEmpty());
  EXPECT_THAT(certificates_in("no PEM\n"), IsEmpty());
  EXPECT_THAT(certificates_in(one + one.substr(0, one.size() / 2)), IsEmpty());
  EXPECT_THAT(certificates_in(one + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
              IsEmpty());
}

}  // namespace

}  // namespace nightlatch
