#include "util/shell_quote.hpp"

#include <array>
#include <cstdio>

#include <gtest/gtest.h>

namespace nightlatch {
namespace {

TEST(ShellQuote, TakesEveryByteAsItIs) {
  std::string nasty = "a'b $(id) `id` \\ \" ; *";
  FILE* shell = ::popen(("printf %s " + shell_quote(nasty)).c_str(), "r");
  ASSERT_NE(shell, nullptr);
  std::array<char, 256> out{};
  std::size_t got = std::fread(out.data(), 1, out.size(), shell);
  EXPECT_EQ(::pclose(shell), 0);
  EXPECT_EQ(std::string(out.data(), got), nasty);
}

}  // namespace
}  // namespace nightlatch
