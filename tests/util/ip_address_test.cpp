#include "util/ip_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch {
namespace {

TEST(IpAddress, TwoSpellingsOfOneAddressAreEqual) {
  EXPECT_EQ(canonical_ip("10.0.0.100"), "10.0.0.100");
  EXPECT_EQ(canonical_ip("fd00:0:0:0::64"), "fd00::64");
  EXPECT_EQ(canonical_ip("FD00::0064"), "fd00::64");
  EXPECT_EQ(canonical_ip("fd000000000000000000000000000064"), "fd00::64");
}

TEST(IpAddress, WhatIsNoAddressIsNone) {
  for (const char* text : {"", "k8s.example", "10.0.0", "10.0.0.1/24", "fd00000000000000000000000000006g"})
    EXPECT_EQ(canonical_ip(text), std::nullopt) << text;
}

TEST(IpAddress, LoopbacksAreEveryMachinesOwn) {
  EXPECT_TRUE(is_loopback_ip("127.0.0.1"));
  EXPECT_TRUE(is_loopback_ip("::1"));
  EXPECT_FALSE(is_loopback_ip("10.127.0.1"));
}

TEST(IpAddress, AnAddressResolvesToItselfAndALocalNameToALoopback) {
  EXPECT_THAT(resolve("fd00:0::64"), testing::ElementsAre("fd00::64"));
  for (const std::string& address : resolve("localhost")) EXPECT_TRUE(is_loopback_ip(address)) << address;
}

}  // namespace
}  // namespace nightlatch
