#include "util/masked.hpp"

#include <gtest/gtest.h>

namespace nightlatch {
namespace {

TEST(Masked, HidesWhatAuthorizesAndKeepsTheColumns) {
  EXPECT_EQ(masked("        value: Bearer abc.def"), "        value: Bearer *******");
  EXPECT_EQ(masked("{\"value\": \"basic dXNlcg==\"}, x"), "{\"value\": \"basic ********\"}, x");
  EXPECT_EQ(masked("token: eyJhbGci.x.y"), "token: ************");
  EXPECT_EQ(masked("+eyJhbGci"), "+********");
  EXPECT_EQ(masked("--token=eyJhbGci"), "--token=********");
  EXPECT_EQ(masked("--name=heyJude"), "--name=heyJude");
  EXPECT_EQ(masked("- name: Authorization"), "- name: Authorization");
  EXPECT_EQ(masked("    - --basic-auth-file=/etc/x"), "    - --basic-auth-file=/etc/x");
  EXPECT_EQ(masked(""), "");
}

}  // namespace
}  // namespace nightlatch
