// The runbook: what it says of which plan, that every name has a value, and how large it may be.
#include "report/runbook.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/authentication_config.hpp"
#include "plan/check_codes.hpp"
#include "report/html_script.hpp"
#include "report/many_nodes.hpp"
#include "report/runbook_failures.hpp"
#include "report/runbook_names.hpp"
#include "report/runbook_sample.hpp"
#include "report/runbook_values.hpp"
#include "report/schema_check.hpp"
#include "report/screen.hpp"
#include "rollout/errors.hpp"
#include "util/file.hpp"

namespace nightlatch::report {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string written(const Runbook& runbook, Format format = Format::markdown) {
  std::string text;
  Out out(text, plain());
  write_page(page_of(runbook), format, out);
  return text;
}

// In a window of Saturday night, with approvals, an audit, an object and extra paths.
Runbook full_runbook() {
  Runbook book = samples::runbook();
  plan::Plan& plan = book.plan;
  plan.changes.emplace_back(samples::object_change("kubeadm-config"));
  plan.playbook.paths.push_back({"/metrics", "team-obs", "scraped by hand", "2027-01-01"});
  plan.playbook.gates.canary_soak = 90s;
  plan.checks.push_back({plan::PlanCheck::Grade::warning,
                         "2 callers will lose /version: 198.51.100.7 (214 requests in 24 h)",
                         plan_checks::callers_lose.number,
                         {.path = "/version"}});
  plan.nodes.push_back(samples::node("cp4", "10.0.0.14", samples::closed()));
  plan::seal(plan);
  book.change = "CHG-4711";
  book.options = " -i prod.yaml";
  book.approvals = {.required = 2, .allowed_signers = {"signers"}, .self = spec::SelfApproval::allow};
  book.approved.push_back({{.name = "bo",
                            .approval = plan::Approval{plan.hash, "bo", {}, "CHG-4711"},
                            .key = "ED25519 key SHA256:x",
                            .why_not = {}},
                           SignerIs::checked});
  calendar::Interval opening{calendar::sys_seconds(1'795'381'200s), calendar::sys_seconds(1'795'395'600s)};
  book.window =
      RunbookWindow{.zone = calendar::utc(), .opening = opening, .earliest = opening.begin, .needed = 755s};
  return book;
}

void expect_every_name(const RunbookValues& values, std::string_view of, std::set<std::string>& with_text) {
  std::set<std::string, std::less<>> known;
  for (const TemplateName& name : runbook_names()) {
    if (name.of == of) known.emplace(name.name);
  }
  for (const auto& [name, value] : values.values) {
    EXPECT_TRUE(known.contains(name)) << name << " is in no table";
    if (!value.empty()) with_text.insert(name);
  }
  for (const auto& [name, items] : values.lists) {
    EXPECT_TRUE(known.contains(name)) << name << " is in no table";
    if (!items.empty()) with_text.insert(name);
    for (const RunbookValues& item : items) expect_every_name(item, name, with_text);
  }
}

TEST(Runbook, EveryNameOfTheTableHasAValueSomewhereAndEveryValueAName) {
  std::set<std::string> with_text;
  expect_every_name(values_of(full_runbook()), "", with_text);
  Runbook other = samples::runbook();
  other.plan.outside_window = plan::OutsideWindow{"the certificate ends", "INC-7"};
  other.plan.nodes.resize(1);
  other.plan.changes.resize(1);
  auto& change = std::get<plan::ManifestChange>(other.plan.changes[0]);
  change.config_sha256 = sha256_hex(access::render_authentication_config(other.plan.nodes[0].after.paths));
  expect_every_name(values_of(other), "", with_text);
  Runbook shut = full_runbook();
  shut.window->opening->end = shut.window->earliest + 1min;
  expect_every_name(values_of(shut), "", with_text);
  for (const TemplateName& name : runbook_names())
    EXPECT_TRUE(with_text.contains(std::string(name.name))) << name.name;
}

TEST(Runbook, EverySectionIsShippedAndUsesOnlyKnownNames) {
  for (const RunbookSectionRow& row : runbook_sections()) {
    auto text = shipped_runbook_section(row.name);
    ASSERT_TRUE(text) << row.name;
    auto section = read_runbook_section(std::string(row.name), *text, "t");
    EXPECT_TRUE(section) << row.name << ": " << section.error().message;
    EXPECT_EQ(*read_file(source_directory() / "templates/runbook" / (std::string(row.name) + ".md")), *text);
  }
  EXPECT_FALSE(shipped_runbook_section("nothing"));
}

TEST(Runbook, SaysWhatHappensToWhichMachineWhenAndHowToStopIt) {
  std::string text = written(full_runbook());
  for (const char* said :
       {"# Runbook CHG-4711: plan ", "- **Nodes, in their planned order**: cp3, then cp1, then cp2\n",
        "| Sun 2026-11-22 21:00 UTC | cp3 | 2 min 26 s | 12 min 35 s | its API server is restarted",
        "The window opens Sun 2026-11-22 21:00 UTC and ends Mon 2026-11-23 01:00 UTC", "presses Ctrl-C once",
        "## Go or no-go\n", "- [ ] ", "```sh\nnightlatch apply lockdown.json --as NAME -i prod.yaml\n```",
        "```sh\nnightlatch verify -i prod.yaml\n```", "2 callers will lose /version",
        "bo approves it without an end: CHG-4711", "ConfigMap kube-system/kubeadm-config",
        "kubectl -n kube-system edit configmap kubeadm-config", "and are not changed: cp4.",
        "| `/metrics`, owned by team-obs until 2027-01-01 | scraped by hand |", "## Sign-off"})
    EXPECT_THAT(text, HasSubstr(said));
}

TEST(Runbook, ADiffIsThereInFullAndNoLineIsShortened) {
  Runbook book = samples::runbook();
  std::string flag = "    - --feature-gates=" + std::string(400, 'x') + "=true\n";
  std::get<plan::ManifestChange>(book.plan.changes[1]).splices[0].text = flag;
  for (Format format : {Format::markdown, Format::html})
    EXPECT_THAT(written(book, format), HasSubstr("+" + flag.substr(0, flag.size() - 1)));
}

TEST(Runbook, WithoutAnAuditItSaysThatNoneWasGiven) {
  Runbook book = samples::runbook();
  EXPECT_THAT(written(book), HasSubstr("No audit was given to this plan"));
  book.plan.checks.push_back({plan::PlanCheck::Grade::ok,
                              "audit log: none of 3 callers loses access",
                              0,
                              {.object = std::string(plan::audit_subject)}});
  EXPECT_THAT(written(book), HasSubstr("none of 3 callers loses access"));
  EXPECT_THAT(written(book), Not(HasSubstr("No audit was given")));
}

TEST(Runbook, OfAPlanWithOneNodeItSaysThatTheApiIsAway) {
  Runbook book = samples::runbook();
  book.plan.nodes.resize(1);
  book.plan.changes.resize(1);
  EXPECT_THAT(written(book), HasSubstr("The cluster has one API server."));
}

TEST(Runbook, OfAPlanThatChangesNothingSaysOnlyThat) {
  Runbook book = samples::runbook();
  book.plan.changes.clear();
  EXPECT_THAT(written(book), HasSubstr("Nothing to change: every node is as planned."));
  EXPECT_THAT(written(book), Not(HasSubstr("## ")));
}

TEST(Runbook, AWindowWithoutAnOpeningIsSaid) {
  Runbook book = full_runbook();
  book.window->opening.reset();
  EXPECT_THAT(written(book), HasSubstr("has no opening in the next 400 days"));
  EXPECT_THAT(written(book), HasSubstr("| T + 2 min 26 s |")) << "times from the start";
}

TEST(Runbook, CommandsOfAPlaybookThatIsNotShippedAskEachNodeForItsManifest) {
  Runbook book = samples::runbook();
  book.plan.playbook.name = "mine";
  EXPECT_THAT(written(book), HasSubstr("```sh\nnightlatch verify\n```"));
  book.plan.playbook.name = "health-only";
  book.plan.playbook.paths.push_back({"/metrics", "a", "b", "2027-01-01"});
  EXPECT_THAT(written(book), HasSubstr("```sh\nnightlatch verify\n```"));
}

TEST(Runbook, AFileWithABlankIsOneWordOfEveryCommand) {
  Runbook book = samples::runbook();
  book.plan_file = "my plan.json";
  std::string text = written(book);
  EXPECT_THAT(text, HasSubstr("nightlatch apply 'my plan.json' --dry-run"));
  EXPECT_THAT(text, HasSubstr("`nightlatch plan show 'my plan.json' -o json`"));
  EXPECT_THAT(text, HasSubstr("- **Plan file**: `my plan.json`"));
}

TEST(Runbook, TheLikelyFailuresAreThoseOfThePlan) {
  plan::Plan plan = samples::plan();
  auto numbers = [&](int required) {
    std::vector<int> all;
    for (const LikelyFailure& one : likely_failures(plan, required)) all.push_back(one.code.number);
    return all;
  };
  EXPECT_THAT(numbers(0), testing::ElementsAre(4116, 4202, 4203, 4101, 4110))
      << "its balancer check is unknown";
  EXPECT_EQ(likely_failures(plan, 0)[0].because,
            "load balancer: its health check is not stated in the inventory");
  plan.checks.clear();
  EXPECT_THAT(numbers(0), testing::ElementsAre(4202, 4203, 4101, 4110, 4112));
  EXPECT_THAT(numbers(1), testing::ElementsAre(4202, 3011, 4203, 4101, 4110));
  plan.checks.push_back(
      {plan::PlanCheck::Grade::warning, "an OIDC login moves", plan_checks::login_untested.number, {}});
  EXPECT_EQ(numbers(0).front(), 4230);
  for (const LikelyFailure& one : likely_failures(plan, 1)) {
    EXPECT_NE(one.because, "");
    EXPECT_NE(what_nightlatch_does(one.code), "");
    EXPECT_NE(one.code.next, "");
  }
}

TEST(Runbook, HtmlRunsTheOneScriptThatCopiesAndShowsTheTextWithoutIt) {
  std::string html = written(samples::runbook(), Format::html);
  EXPECT_THAT(html, HasSubstr("script-src 'sha256-"));
  std::size_t first = html.find("<script>");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(html.find("<script", first + 1), std::string::npos) << "there is one";
  EXPECT_EQ(html.substr(first + 8, copy_script.size()), copy_script);
  EXPECT_THAT(
      html,
      HasSubstr("<div class=\"text copy\">\n<div>nightlatch apply lockdown.json --dry-run</div>\n</div>"));
  EXPECT_THAT(html, Not(HasSubstr("<button")));
}

// As a browser computes it: openssl dgst -sha256 -binary | base64.
TEST(Runbook, ThePolicyAllowsAScriptByItsHash) {
  EXPECT_EQ(content_security_policy("alert(1)\n"),
            "default-src 'none'; style-src 'unsafe-inline'; script-src "
            "'sha256-MaeD7tQk/YNyd6Pm9J12ROmv0Z93QwNN4VH7v3gI+RI='; base-uri 'none'; form-action 'none'");
  EXPECT_EQ(content_security_policy(""),
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
}

TEST(Runbook, OfFiftyNodesHasAtMost300KiB) {
  Runbook book = samples::runbook();
  book.plan = samples::plan_of_many(50);
  std::string html = written(book, Format::html);
  EXPECT_LE(html.size(), 300U << 10U);
  EXPECT_THAT(html, HasSubstr("control-plane-50"));
  RecordProperty("bytes", static_cast<int>(html.size()));
}

TEST(Runbook, JsonFitsItsSchema) {
  EXPECT_THAT(schema_faults(runbook_json({.plan = std::string(64, 'a'), .text = "t"})), IsEmpty());
  EXPECT_THAT(schema_faults(runbook_json({.plan = std::string(64, 'a'),
                                          .format = Format::html,
                                          .file = "r.html",
                                          .text = "t",
                                          .replaced = {"messages"}})),
              IsEmpty());
}

TEST(Runbook, TheReferenceIsWhatTheTablesSay) {
  std::filesystem::path file = source_directory() / "docs/reference/runbook.md";
  if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
    ASSERT_TRUE(write_file_durably(file, runbook_reference(), 0644));
    FAIL() << "written again: " << file;
  }
  auto there = read_file(file);
  ASSERT_TRUE(there) << "make it: NIGHTLATCH_RECORD=1";
  EXPECT_EQ(*there, runbook_reference()) << "make it again: NIGHTLATCH_RECORD=1";
}

}  // namespace
}  // namespace nightlatch::report
