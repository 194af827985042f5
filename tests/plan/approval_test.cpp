// What an approval says, and which ones count. Signatures are made and judged in tests/operate.
#include "plan/approval.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {
namespace {

using namespace std::chrono_literals;
using spec::SelfApproval;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string hash_a(64, 'a');
const std::string hash_b(64, 'b');
const Clock::time_point night = *parse_utc_timestamp("2026-11-29T01:00:00Z");

SignedApproval by(const std::string& name, const std::string& key, std::optional<Clock::time_point> expires,
                  const std::string& plan = hash_a) {
  return {name, Approval{plan, name, expires, {}}, "ED25519 key SHA256:" + key};
}

std::vector<std::string> reasons(const std::vector<JudgedApproval>& judged) {
  std::vector<std::string> all;
  for (const JudgedApproval& one : judged)
    all.push_back(one.name + (one.why_not.empty() ? "" : ": " + one.why_not));
  return all;
}

std::vector<std::string> judged_by(const std::vector<SignedApproval>& found, const Beginner& beginner = {},
                                   SelfApproval self = SelfApproval::deny) {
  return reasons(judge_approvals(found, {hash_a}, night, beginner, self));
}

TEST(Approval, IsFourLinesThatAnybodyCanRead) {
  Approval approval{hash_a, "bo@example.com", night, "CHG-4711, seen with Ana"};
  EXPECT_EQ(to_text(approval), "plan " + hash_a +
                                   "\nby bo@example.com\nexpires 2026-11-29T01:00:00Z\n"
                                   "comment CHG-4711, seen with Ana\n");
  auto read = approval_from(to_text(approval), "bo.txt");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_text(*read), to_text(approval));
}

TEST(Approval, WithoutAnEndAndWithoutACommentIsReadBackToo) {
  Approval approval{hash_a, "bo", {}, {}};
  EXPECT_EQ(to_text(approval), "plan " + hash_a + "\nby bo\nexpires never\ncomment\n");
  EXPECT_EQ(to_text(*approval_from(to_text(approval), "bo.txt")), to_text(approval));
}

TEST(Approval, AnyOtherTextIsNone) {
  const std::string good = to_text({hash_a, "bo", night, "x"});
  auto why = [](std::string text, const std::string& from, const std::string& to) {
    if (!from.empty()) text.replace(text.find(from), from.size(), to);
    auto read = approval_from(text, "bo.txt");
    if (read) return std::string("read");
    EXPECT_EQ(read.error().code.number, plan_errors::not_an_approval.number);
    return read.error().message;
  };
  EXPECT_EQ(why(good, "", ""), "read");
  EXPECT_EQ(why("", "", ""), "bo.txt: an approval has four lines: plan, by, expires and comment");
  EXPECT_THAT(why(good + "plan b\n", "", ""), HasSubstr("four lines"));
  EXPECT_THAT(why(good, "x\n", "x"), HasSubstr("four lines"));
  EXPECT_EQ(why(good, "by bo", "By bo"), "bo.txt: line 2 is not \"by …\"");
  EXPECT_THAT(why(good, "by bo", "by b o"), HasSubstr("line 2 has no name"));
  EXPECT_THAT(why(good, "plan aa", "plan Aa"), HasSubstr("line 1 has no hash"));
  EXPECT_THAT(why(good, "01:00:00Z", "01:00:00+00:00"), HasSubstr("line 3 has neither a time"));
  EXPECT_THAT(why(good, "01:00:00Z", "01:00:00Z "), HasSubstr("line 3 has neither a time"));
  EXPECT_THAT(why(good, "comment x", "comment \x1b[2J"), HasSubstr("line 4"));
  EXPECT_THAT(why(good, "comment x", "comment x\r"), HasSubstr("line 4"));
}

TEST(Approval, TheNameIsSafeAsAFileAndAsAnArgument) {
  for (const char* name : {"bo", "bo@example.com", "Bo.B_x+y-z", "7"}) EXPECT_TRUE(is_approver(name)) << name;
  for (const char* name : {"", "-n", ".bo", "*@example.com", "!bo", "b o", "bo/..", "bö", "bo,ana", "bo\n"})
    EXPECT_FALSE(is_approver(name)) << name;
  EXPECT_FALSE(is_approver(std::string(101, 'a')));
}

TEST(Approval, CountsForItsPlanUntilItExpires) {
  EXPECT_THAT(judged_by({by("ana", "1", {}), by("bo", "2", night + 1s)}), ElementsAre("ana", "bo"));
  EXPECT_THAT(
      judged_by({by("ana", "1", night), by("bo", "2", {}, hash_b)}),
      ElementsAre("ana: it expired at 2026-11-29T01:00:00Z", "bo: it approves another plan, bbbbbbbb"));
}

TEST(Approval, OfAnyOfThePlansOfARunCounts) {
  EXPECT_THAT(reasons(judge_approvals({by("ana", "1", {}), by("bo", "2", {}, hash_b)}, {hash_b, hash_a},
                                      night, {}, SelfApproval::deny)),
              ElementsAre("ana", "bo"));
}

TEST(Approval, OfTheSameKeyUnderTwoNamesCountsOnce) {
  EXPECT_THAT(judged_by({by("ana", "1", {}), by("ana2", "1", {}), by("bo", "2", {})}),
              ElementsAre("ana", "ana2: the same key has approved under another name", "bo"));
}

TEST(Approval, OfWhoAppliesDoesNotCountByNameOrByKey) {
  const std::string why = ": the person who applies the plan does not approve it, too";
  Beginner ana{{"ana", "ana@example.com"}, "SHA256:9"};
  EXPECT_THAT(
      judged_by({by("ana", "1", {}), by("ana@example.com", "2", {}), by("bo", "9", {}), by("carl", "3", {})},
                ana),
      ElementsAre("ana" + why, "ana@example.com" + why, "bo" + why, "carl"));
  EXPECT_THAT(judged_by({by("ana", "1", {})}, ana, SelfApproval::allow), ElementsAre("ana"));
}

// The key of whoever applies is used up by nobody: another one with that key counts as the same person.
TEST(Approval, ThatDoesNotCountLeavesItsKeyToTheNext) {
  EXPECT_THAT(judged_by({by("ana", "1", night), by("bo", "1", {})}),
              ElementsAre("ana: it expired at 2026-11-29T01:00:00Z", "bo"));
}

TEST(Approval, InAFileOfAnotherNameDoesNotCount) {
  SignedApproval moved = by("ana", "1", {});
  moved.name = "bo";
  EXPECT_THAT(judged_by({moved}), ElementsAre("bo: it is by ana, and its file is called bo"));
}

TEST(Approval, WithoutAGoodSignatureSaysWhyInTheWordsOfTheJudge) {
  SignedApproval bad = by("ana", "1", {});
  bad.key = fail(plan_errors::not_an_approval, "ssh-keygen: namespace does not match");
  SignedApproval unread = by("bo", "2", {});
  unread.approval = fail(plan_errors::not_an_approval, "bo.txt: no approval");
  EXPECT_THAT(judged_by({bad, unread}),
              ElementsAre("ana: ssh-keygen: namespace does not match", "bo: bo.txt: no approval"));
}

TEST(Approvals, TooFewAreRefusedWithEachThatDoesNotCount) {
  auto judged =
      judge_approvals({by("ana", "1", {}), by("bo", "2", night)}, {hash_a}, night, {}, SelfApproval::deny);
  EXPECT_TRUE(enough_approvals(judged, 1));
  Status two = enough_approvals(judged, 2);
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().code.number, plan_errors::approvals_missing.number);
  EXPECT_EQ(two.error().code.exit, Exit::refused);
  EXPECT_EQ(two.error().message, "1 of 2 approvals that this plan needs is there");
  EXPECT_THAT(two.error().details,
              ElementsAre("ana  counts", "bo  does not count: it expired at 2026-11-29T01:00:00Z"));
}

TEST(Approvals, HoldUntilTheLastOneThatIsNeededExpires) {
  auto until = [](int required) {
    return approved_until(judge_approvals({by("ana", "1", night + 1h), by("bo", "2", {}),
                                           by("carl", "3", night + 2h), by("dan", "4", night)},
                                          {hash_a}, night, {}, SelfApproval::deny),
                          required);
  };
  EXPECT_EQ(until(1), std::nullopt);
  EXPECT_EQ(until(2), night + 2h);
  EXPECT_EQ(until(3), night + 1h);
}

TEST(ApprovalDemand, IsNeverLoweredByWhoDemandsLess) {
  spec::ApprovalDemand demand;
  demand.add({.required = 2, .allowed_signers = "a", .self = SelfApproval::deny});
  demand.add({.required = 1, .allowed_signers = "b", .self = SelfApproval::allow});
  demand.add({.required = 0, .allowed_signers = "a", .self = SelfApproval::allow});
  EXPECT_EQ(demand.required, 2);
  EXPECT_THAT(demand.allowed_signers, ElementsAre("a", "b"));
  EXPECT_EQ(demand.self, SelfApproval::deny);
}

TEST(ApprovalDemand, AllowsSelfApprovalWhereEachThatDemandsDoes) {
  spec::ApprovalDemand demand;
  demand.add({.required = 0, .allowed_signers = "a", .self = SelfApproval::deny});  // demands nothing
  demand.add({.required = 1, .allowed_signers = "", .self = SelfApproval::allow});
  EXPECT_EQ(demand.self, SelfApproval::allow);
  demand.add({.required = 1, .allowed_signers = "", .self = SelfApproval::deny});
  EXPECT_EQ(demand.self, SelfApproval::deny);
}

TEST(RunStart, IsNoApproval) {
  std::string text = to_text(RunStart{"20261129T0100-aaaa", hash_a, "ana", night});
  EXPECT_EQ(text, "run 20261129T0100-aaaa\nplan " + hash_a + "\nby ana\nat 2026-11-29T01:00:00Z\n");
  EXPECT_FALSE(approval_from(text, "start.txt"));
  EXPECT_NE(approval_purpose, start_purpose);
}

}  // namespace
}  // namespace nightlatch::plan
