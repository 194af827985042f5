#include "util/result.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "util/errors.hpp"

namespace nightlatch {
namespace {

Result<std::unique_ptr<int>> half(int number) {
  if (number % 2 != 0) return fail(util_errors::file_unreadable, "odd", {"evidence"});
  return std::make_unique<int>(number / 2);
}

Status must_be_small(int number, int& calls) {
  ++calls;
  if (number > 10) return fail(util_errors::file_unwritable, "too big");
  return {};
}

Result<int> quarter(int number, int& calls) {
  NL_ASSIGN(std::unique_ptr<int> once, half(number));
  NL_ASSIGN(std::unique_ptr<int> twice, half(*once));
  NL_TRY(must_be_small(*twice, calls));
  return *twice;
}

TEST(Result, MacrosPassValuesOnAlsoThoseThatCannotBeCopied) {
  int calls = 0;
  EXPECT_EQ(quarter(8, calls).value(), 2);
  EXPECT_EQ(calls, 1) << "the expression is evaluated once";
}

TEST(Result, MacrosReturnTheFirstErrorWhole) {
  int calls = 0;
  auto odd = quarter(6, calls);
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().message, "odd");
  EXPECT_EQ(odd.error().details, std::vector<std::string>{"evidence"});
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(quarter(80, calls).error().code.number, util_errors::file_unwritable.number);
}

TEST(Error, ItsOwnNextStepIsNearerThanItsCodes) {
  Error error = fail(util_errors::file_unreadable, "x").value();
  EXPECT_EQ(error.next_step(), util_errors::file_unreadable.next);
  error.next = "try this";
  EXPECT_EQ(error.next_step(), "try this");
}

}  // namespace
}  // namespace nightlatch
