// Approvals that a real ssh-keygen has made: what is written, what `apply` does without enough of them, and
// everything that can be wrong with one. Where the signature is at fault, ssh-keygen alone says the same.
#include "operate/approvals.hpp"

#include "operate/approvals_bench.hpp"
#include "operate/errors.hpp"
#include "operate/resume.hpp"
#include "operate/rollback.hpp"
#include "plan/errors.hpp"
#include "rollout/errors.hpp"
#include "util/errors.hpp"
#include "util/ssh_signature.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class Approving : public ApprovalsBench {};

TEST_F(Approving, WritesWhatSshKeygenAloneVerifies) {
  auto report = approved_by("ana");
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(read_file(beside("ana.txt")).value(), "plan " + input.reviewed->hash + "\nby ana\nexpires " +
                                                      utc_timestamp(person.night + 8h) +
                                                      "\ncomment CHG-4711\n");
  EXPECT_THAT(read_file(beside("ana.sig")).value(), StartsWith("-----BEGIN SSH SIGNATURE-----\n"));
  EXPECT_TRUE(ssh_keygen_accepts("ana"));
  EXPECT_THAT(report->key, StartsWith("ED25519 key SHA256:"));
}

TEST_F(Approving, RefusesWhatAnApprovalCannotSay) {
  auto why = [&](const std::string& name, const std::string& expires, const std::string& comment) {
    auto report = approve(person, {.plan_file = plan_file(),
                                   .signer = {.name = name, .key = key_of("ana")},
                                   .expires = expires,
                                   .comment = comment});
    EXPECT_EQ(code_of(report), operate_errors::unfit_approval.number);
    return report ? std::string() : report.error().errors.front().message;
  };
  EXPECT_THAT(why("*@example.com", "8h", ""), HasSubstr("cannot be the name of a person"));
  EXPECT_THAT(why("ana", "soon", ""), HasSubstr("\"soon\" is neither a duration"));
  EXPECT_THAT(why("ana", "2020-01-01T00:00:00Z", ""), HasSubstr("expires at 2020-01-01T00:00:00Z is over"));
  EXPECT_THAT(why("ana", "0s", ""), HasSubstr("is over"));
  EXPECT_THAT(why("ana", "8h", "one\nby bo"), HasSubstr("one line"));
  EXPECT_FALSE(std::filesystem::exists(approvals_beside(plan_file())));
}

TEST_F(Approving, ATimeAndNeverAreExpiriesToo) {
  ASSERT_TRUE(approved_by("ana", "2099-01-01T00:00:00Z"));
  EXPECT_THAT(read_file(beside("ana.txt")).value(), HasSubstr("\nexpires 2099-01-01T00:00:00Z\n"));
  ASSERT_TRUE(approved_by("ana", "never"));
  EXPECT_THAT(read_file(beside("ana.txt")).value(), HasSubstr("\nexpires never\n"));
  EXPECT_TRUE(ssh_keygen_accepts("ana"));
}

TEST_F(Approving, WithoutAKeyIsAnError) {
  ScopedVariable home{"HOME", directory.path().c_str()};
  auto report = approve(person, {.plan_file = plan_file(), .signer = {.name = "ana"}, .expires = "8h"});
  EXPECT_EQ(code_of(report), operate_errors::no_signing_key.number);
  report =
      approve(person, {.plan_file = plan_file(), .signer = {.name = "ana", .key = "/none"}, .expires = "8h"});
  EXPECT_EQ(code_of(report), util_errors::not_signed.number);
}

TEST_F(Approving, TakesTheUsersOwnKeyWhereNoneIsNamed) {
  ScopedVariable home{"HOME", directory.path().c_str()};
  std::filesystem::create_directory(directory / ".ssh");
  std::filesystem::copy(key_of("ana"), directory / ".ssh/id_ed25519");
  std::filesystem::copy(key_of("ana") + ".pub", directory / ".ssh/id_ed25519.pub");
  ASSERT_TRUE(approve(person, {.plan_file = plan_file(), .signer = {.name = "ana"}, .expires = "8h"}));
  EXPECT_TRUE(ssh_keygen_accepts("ana"));
}

TEST_F(Approving, OfAnEditedPlanIsRefused) {
  std::string bytes = read_file(plan_file()).value();
  bytes.replace(bytes.find("\"prod-eu1\""), 10, "\"prod-eu2\"");
  ASSERT_TRUE(write_file_durably(plan_file(), bytes));
  EXPECT_EQ(code_of(approved_by("ana")), plan_errors::plan_edited.number);
}

class Approved2 : public ApprovalsBench {
 protected:
  Approved2() {
    EXPECT_TRUE(approved_by("ana"));
    EXPECT_TRUE(approved_by("bo"));
  }
};

TEST_F(Approved2, APlanIsAppliedAndTheRunKeepsWhoHasApproved) {
  auto report = run_apply();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->progress.approved_by, "ana, bo");
  EXPECT_EQ(report->progress.applied_by, "olga");
  std::filesystem::path kept = report->directory;
  for (const char* file : {"plan.json.sigs/ana.txt", "plan.json.sigs/bo.sig", "start.txt", "start.sig"})
    EXPECT_TRUE(std::filesystem::exists(kept / file)) << file;
  EXPECT_EQ(read_file(kept / "start.txt").value(),
            "run " + report->run + "\nplan " + report->plan.hash + "\nby olga\nat 2026-11-22T01:14:05Z\n");
}

TEST_F(Approved2, TooFewAreRefusedBeforeAnyNodeIsRead) {
  input.choices.approvals.required = 3;
  lose_host("cp1");
  auto report = run_apply();
  ASSERT_FALSE(report);
  EXPECT_EQ(code_of(report), plan_errors::approvals_missing.number);
  EXPECT_EQ(report.error().errors[0].message, "2 of 3 approvals that this plan needs are there");
  EXPECT_THAT(report.error().errors[0].next, HasSubstr("plan approve " + plan_file() + " --as NAME"));
}

TEST_F(Approved2, WithoutADemandNobodySigns) {
  input.choices.approvals = {};
  input.choices.signer = {};
  auto report = run_apply();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->progress.approved_by, "");
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(report->directory) / "start.txt"));
}

TEST_F(Approved2, ADryRunAndARehearsalNeedNone) {
  std::filesystem::remove_all(approvals_beside(plan_file()));
  input.choices.dry_run = report::DryRun::yes;
  EXPECT_TRUE(run_apply());
  input.choices.dry_run = report::DryRun::no;
  input.choices.rehearse = Rehearse::yes;
  EXPECT_TRUE(run_apply());
}

// --- each that is wrong is named, and nothing is begun

TEST_F(Approved2, OneByTheWrongKeyDoesNotCount) {
  ASSERT_TRUE(approve(
      person,
      {.plan_file = plan_file(), .signer = {.name = "bo", .key = key_of("mallory")}, .expires = "8h"}));
  EXPECT_THAT(reason_of("bo"), HasSubstr("ssh-keygen: "));
  EXPECT_FALSE(ssh_keygen_accepts("bo"));
}

TEST_F(Approved2, OneByAPersonWhoMayNotDoesNotCount) {
  std::filesystem::remove(beside("bo.txt"));
  ASSERT_TRUE(approved_by("mallory"));
  EXPECT_THAT(reason_of("mallory"), HasSubstr("ssh-keygen: "));
  EXPECT_FALSE(ssh_keygen_accepts("mallory"));
}

TEST_F(Approved2, OneThatWasEditedDoesNotCount) {
  std::string text = read_file(beside("bo.txt")).value();
  ASSERT_TRUE(
      write_file_durably(beside("bo.txt"), text.replace(text.find("expires 2026"), 12, "expires 2096")));
  EXPECT_THAT(reason_of("bo"), HasSubstr("ssh-keygen: "));
  EXPECT_FALSE(ssh_keygen_accepts("bo"));
}

TEST_F(Approved2, OneForAnotherPurposeDoesNotCount) {
  std::string text = read_file(beside("bo.txt")).value();
  auto signature = ssh_sign(text, key_of("bo"), "git");
  ASSERT_TRUE(signature);
  ASSERT_TRUE(write_file_durably(beside("bo.sig"), *signature));
  EXPECT_THAT(reason_of("bo"), HasSubstr("namespace does not match"));
  EXPECT_FALSE(ssh_keygen_accepts("bo"));
}

// The start of a run, with the text of an approval, is none.
TEST_F(Approved2, ASignedStartIsNoApproval) {
  std::string text = read_file(beside("bo.txt")).value();
  ASSERT_TRUE(write_file_durably(beside("bo.sig"), ssh_sign(text, key_of("bo"), "nightlatch-run").value()));
  EXPECT_THAT(reason_of("bo"), HasSubstr("namespace does not match"));
}

TEST_F(Approved2, OneWithoutItsSignatureDoesNotCount) {
  std::filesystem::remove(beside("bo.sig"));
  EXPECT_NE(reason_of("bo"), "");
}

TEST_F(Approved2, OneThatHasExpiredDoesNotCountThoughItsSignatureIsGood) {
  person.night += 8h;
  EXPECT_EQ(reason_of("bo"), "it expired at " + utc_timestamp(person.night));
  EXPECT_TRUE(ssh_keygen_accepts("bo"));
}

TEST_F(Approved2, OneByAKeyThatIsNoLongerValidDoesNotCount) {
  allow_nobody();
  allow("ana");
  allow("bo", "namespaces=\"nightlatch-plan\",valid-before=\"20200101\"");
  EXPECT_NE(reason_of("bo"), "");
  EXPECT_FALSE(ssh_keygen_accepts("bo"));
}

TEST_F(Approved2, TheSamePersonUnderTwoNamesCountsOnce) {
  std::filesystem::remove(beside("ana.txt"));
  allow_key("bo2", "bo", "namespaces=\"nightlatch-plan\"");
  ASSERT_TRUE(approve(
      person, {.plan_file = plan_file(), .signer = {.name = "bo2", .key = key_of("bo")}, .expires = "8h"}));
  EXPECT_TRUE(ssh_keygen_accepts("bo2"));
  EXPECT_EQ(reason_of("bo2"), "the same key has approved under another name");
}

TEST_F(Approved2, OneOfAnotherPlanDoesNotCount) {
  Ports all = ports();
  PlanInput wanted;
  wanted.playbook = load_playbook("kubeadm-join").value();
  ASSERT_TRUE(make_plan(all, selection(), wanted, plan_file()));
  input.reviewed = read_plan(plan_file()).value();
  EXPECT_THAT(reason_of("bo"), StartsWith("it approves another plan, "));
  EXPECT_TRUE(ssh_keygen_accepts("bo"));
}

TEST_F(Approved2, OneInTheFileOfAnotherNameDoesNotCount) {
  for (const char* ending : {".txt", ".sig"})
    std::filesystem::rename(beside(std::string("bo") + ending), beside(std::string("carl") + ending));
  allow_key("carl", "bo", "");
  EXPECT_EQ(reason_of("carl"), "it is by bo, and its file is called carl");
}

// --- self-approval

constexpr const char* self = "the person who applies the plan does not approve it, too";

TEST_F(Approved2, OneByTheNameOfWhoAppliesDoesNotCount) {
  input.choices.signer = {.name = "bo", .key = key_of("olga")};
  EXPECT_EQ(reason_of("bo"), self);
}

TEST_F(Approved2, OneByTheKeyOfWhoAppliesDoesNotCount) {
  input.choices.signer = {.name = "olga", .key = key_of("bo")};
  EXPECT_EQ(reason_of("bo"), self);
}

// Bo has two keys, approves with one, and begins the run with the other under a made-up name.
TEST_F(Approved2, OneByAnotherKeyOfWhoAppliesDoesNotCount) {
  allow_key("bo", "olga", "namespaces=\"nightlatch-plan,nightlatch-run\"");
  EXPECT_EQ(reason_of("bo"), self);
}

TEST_F(Approved2, SelfApprovalCountsWhereAllThatDemandApprovalsAllowIt) {
  input.choices.signer = {.name = "bo", .key = key_of("bo")};
  input.choices.approvals.self = spec::SelfApproval::allow;
  auto report = run_apply();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->progress.applied_by, "bo");
}

// --- who demands them

class Demanded : public Approved2 {
 protected:
  void demand_in_inventory(const std::string& approvals) const {
    std::string text = read_file(directory / "inventory.yaml").value();
    text.replace(text.find("  nodes:"), 8, "  approvals: " + approvals + "\n  nodes:");
    EXPECT_TRUE(write_file_durably(directory / "inventory.yaml", text));
  }
};

TEST_F(Demanded, TheInventoryDemandsWhatTheCommandLineCannotLower) {
  demand_in_inventory("{required: 3, allowedSigners: " + signers() + "}");
  input.choices.approvals = {.required = 1, .allowed_signers = {}, .self = spec::SelfApproval::allow};
  auto report = run_apply();
  EXPECT_EQ(code_of(report), plan_errors::approvals_missing.number);
  EXPECT_THAT(report.error().errors[0].message, HasSubstr("of 3 approvals"));
}

TEST_F(Demanded, AFileOfTheCommandLineLetsNobodyInWhomTheInventoryDoesNot) {
  demand_in_inventory("{required: 1, allowedSigners: " + signers() + "}");
  std::filesystem::remove_all(approvals_beside(plan_file()));
  ASSERT_TRUE(approved_by("mallory"));
  std::string other = (directory / "mine").string();
  ASSERT_TRUE(write_file_durably(other, "mallory " + read_file(key_of("mallory") + ".pub").value()));
  input.choices.approvals = {.required = 1, .allowed_signers = other, .self = spec::SelfApproval::deny};
  EXPECT_THAT(reason_of("mallory"), HasSubstr("(by " + signers() + ")"));
}

TEST_F(Demanded, SelfApprovalIsNotAllowedBelowTheInventory) {
  demand_in_inventory("{required: 2, allowedSigners: " + signers() + "}");
  input.choices.signer = {.name = "bo", .key = key_of("bo")};
  input.choices.approvals = {.required = 2, .allowed_signers = {}, .self = spec::SelfApproval::allow};
  EXPECT_EQ(reason_of("bo"), self);
}

TEST_F(Demanded, APlanThatIsMadeNowIsRefused) {
  demand_in_inventory("{required: 1, allowedSigners: " + signers() + "}");
  input.reviewed.reset();
  input.choices.plan_file.clear();
  input.choices.approvals = {};
  input.plan.playbook = load_playbook("health-only").value();
  auto report = run_apply();
  EXPECT_EQ(code_of(report), operate_errors::nothing_to_approve.number);
  EXPECT_EQ(exit_code(report), Exit::refused);
  input.choices.dry_run = report::DryRun::yes;
  EXPECT_TRUE(run_apply());
}

TEST_F(Demanded, WhatIsMissingOnTheCommandLineIsNamed) {
  input.choices.signer = {};
  EXPECT_EQ(code_of(run_apply()), operate_errors::nobody_applies.number);
  input.choices.signer = {.name = "olga", .key = key_of("olga")};
  input.choices.approvals.allowed_signers.clear();
  EXPECT_EQ(code_of(run_apply()), operate_errors::signers_unnamed.number);
  input.choices.approvals.allowed_signers = "/none";
  EXPECT_THAT(reason_of("bo"), HasSubstr("/none"));
}

TEST_F(Demanded, ThePlaybookDemandsThemAsPartOfThePlan) {
  Ports all = ports();
  PlanInput wanted;
  wanted.playbook = spec::parse_playbook(
                        "apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec: {approvals: {required: 1, "
                        "allowedSigners: " +
                            signers() + "}}\n",
                        "p.yaml")
                        .value();
  ASSERT_TRUE(make_plan(all, selection(), wanted, plan_file()));
  input.reviewed = read_plan(plan_file()).value();
  EXPECT_EQ(input.reviewed->playbook.approvals.required, 1);
  input.choices.approvals = {};
  EXPECT_THAT(reason_of("bo"), StartsWith("it approves another plan"));
  ASSERT_TRUE(approved_by("bo"));
  EXPECT_TRUE(run_apply());
}

// --- time, resume, rollback

// Time passes while the nodes are read.
TEST_F(Approved2, AnApprovalThatExpiresBeforeTheFirstNodeIsBegunStopsTheRun) {
  cluster.node("cp1").script.instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb == node::Verb::state) person.night += 9h;
    return std::nullopt;
  };
  auto report = run_apply();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::refused);
  EXPECT_EQ(report->result.outcome, rollout::Outcome::paused);
  EXPECT_EQ(rollout::code_of(report->result.nodes[0]), rollout_errors::approval_ended.number);
  EXPECT_THAT(changed_nodes(), IsEmpty());
}

TEST_F(Approved2, AnApprovalThatExpiresAfterTheFirstNodeHasBegunStopsNothing) {
  cluster.node("cp1").script.instead = [&](const node::Request& request) -> std::optional<node::Reply> {
    if (request.verb == node::Verb::stage) person.night += 9h;
    return std::nullopt;
  };
  auto report = run_apply();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::done);
}

class Resuming : public Approved2 {
 protected:
  std::string stop_after_first_node() {
    driver.kill_at = {"cp1", "confirmed", rollout::Phase::done};
    auto report = run_apply();
    EXPECT_TRUE(report);
    driver.kill_at.reset();
    return report ? report->run : std::string{};
  }
  Outcome<report::RunReport> run_resume() {
    Ports all = ports();
    RunChoices choices = without_asking();
    choices.signer = input.choices.signer;
    return resume(all, selection(), {.run = {}, .choices = choices});
  }
};

TEST_F(Resuming, NeedsWhatTheCommandLineOfTheRunDemanded) {
  stop_after_first_node();
  auto report = run_resume();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->progress.approved_by, "ana, bo");
}

TEST_F(Resuming, IsRefusedWhereTheApprovalsHaveExpiredUntilThereAreNewOnes) {
  std::string run = stop_after_first_node();
  person.night += 9h;
  auto report = run_resume();
  ASSERT_FALSE(report);
  EXPECT_EQ(code_of(report), plan_errors::approvals_missing.number);
  std::string kept = (directory / "state/nightlatch/prod-eu1/runs" / run / "plan.json").string();
  EXPECT_THAT(report.error().errors[0].next, HasSubstr("plan approve " + kept + " --as NAME"));
  for (const char* name : {"ana", "bo"})
    ASSERT_TRUE(
        approve(person, {.plan_file = kept, .signer = {.name = name, .key = key_of(name)}, .expires = "8h"}));
  report = run_resume();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
}

TEST_F(Resuming, OfWhatWasResumedIsCoveredByTheApprovalOfTheFirstPlan) {
  stop_after_first_node();
  person.night += 1h;  // another minute, another id
  driver.kill_at = {"cp2", "confirmed", rollout::Phase::done};
  ASSERT_TRUE(run_resume());
  driver.kill_at.reset();
  person.night += 1h;
  auto report = run_resume();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->plan.changing_nodes(), 1U);
}

TEST_F(Resuming, TheWayBackNeedsNoApprovalAndTheWayForwardAgainIsRefused) {
  std::string inventory = read_file(directory / "inventory.yaml").value();
  inventory.replace(inventory.find("  nodes:"), 8,
                    "  approvals: {required: 2, allowedSigners: " + signers() + "}\n  nodes:");
  ASSERT_TRUE(write_file_durably(directory / "inventory.yaml", inventory));
  ASSERT_TRUE(run_apply());
  Ports all = ports();
  person.night += 10h;
  RollbackInput back;
  back.choices = without_asking();
  auto undone = roll_back(all, selection(), back);
  ASSERT_TRUE(undone) << undone.error().errors[0].message;
  EXPECT_EQ(undone->result.exit, Exit::done);
  person.night += 1h;
  back.run = undone->run;
  auto again = roll_back(all, selection(), back);
  EXPECT_EQ(code_of(again), operate_errors::nothing_to_approve.number);
}

// --- the list of a plan's page

TEST_F(Approved2, AreListedWithAndWithoutAFileThatNamesThem) {
  auto listed = list_approvals(*input.reviewed, plan_file(), {}, person.now());
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[0].judged.name, "ana");
  EXPECT_EQ(listed[0].judged.why_not, "");
  EXPECT_EQ(listed[0].signer, report::SignerIs::not_checked);
  ASSERT_TRUE(approved_by("mallory"));
  listed = list_approvals(*input.reviewed, plan_file(), {signers()}, person.now());
  ASSERT_THAT(listed, SizeIs(3));
  EXPECT_EQ(listed[0].signer, report::SignerIs::checked);
  EXPECT_NE(listed[2].judged.why_not, "");
}

}  // namespace
}  // namespace nightlatch::operate
