#include "plan/rewrite.hpp"

#include <cstdlib>
#include <map>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/authentication_config.hpp"
#include "access/profile.hpp"
#include "manifest/errors.hpp"
#include "plan/exposure_inputs.hpp"
#include "plan/golden_case.hpp"
#include "plan/rewrite_errors.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {
namespace {

std::string text_of(const std::vector<Error>& refusals) {
  std::string out;
  for (const Error& error : refusals) {
    out += "NL" + std::to_string(error.code.number) + " " + error.message + "\n";
    if (error.place) {
      out += "  " + error.place->file + ":" + std::to_string(error.place->line) + ":" +
             std::to_string(error.place->column) + "\n";
      out += "  " + error.place->text + "\n";
    }
    for (const std::string& detail : error.details) out += "  " + detail + "\n";
    out += "  next: " + std::string(error.next_step()) + "\n";
  }
  return out;
}

std::string exposure_text(const access::Exposure& exposure) {
  return std::string(access::name(exposure.state)) + " [" + join(exposure.paths, " ") + "] " + exposure.why;
}

// What a person sees of a rewrite, beside the new bytes.
std::string summary_of(const Rewrite& rewrite, const Case& golden) {
  std::string out =
      "before: " + exposure_text(rewrite.before) + "\nafter: " + exposure_text(rewrite.after) + "\n";
  if (rewrite.config) out += "config: " + rewrite.config->path + "\n";
  for (const std::string& path : rewrite.opens) out += "opens: " + path + "\n";
  for (const Note& note : rewrite.notes) out += "note: " + note.text + "\n";
  return out + manifest::unified_diff(golden.bytes, rewrite.edit.splices, golden.input.filename().string());
}

// NIGHTLATCH_RECORD writes what was seen and fails: a recording is to be read, never to pass.
void expect_golden(const fs::path& path, const std::string& seen) {
  if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
    std::ofstream(path, std::ios::binary) << seen;
    ADD_FAILURE() << "recorded " << path;
    return;
  }
  ASSERT_TRUE(fs::exists(path)) << "no golden; what was seen:\n" << seen;
  EXPECT_EQ(slurp(path), seen);
}

// Every line that changes says one of the things that a rewrite is about. A line that goes and comes, but for
// a comma or a final newline, is no change.
void expect_only_intended_lines(const std::string& diff) {
  static const std::regex about(
      "anonymous[-_]auth|authentication-config|--oidc[-_]|^- "
      "kubernetes$|nightlatch|feature-gates|hostPath|type['\"]?: "
      "?['\"]?Directory|readOnly|"
      "volumes|volumeMounts|httpGet|tcpSocket|path: /(livez|readyz)|scheme: HTTPS|httpHeaders|X-Probe|value: "
      "kubelet|^[ {}\\],-]*$|# audited 2025-03$");
  std::map<std::string, int> balance;
  for (const std::string& line : split(diff, '\n')) {
    if (line.starts_with("---") || line.starts_with("+++") || line.empty()) continue;
    if (line[0] != '+' && line[0] != '-') continue;
    std::string text(trim(line.substr(1)));
    if (text.ends_with(',')) text.pop_back();
    balance[text] += line[0] == '+' ? 1 : -1;
  }
  for (const auto& [text, count] : balance) EXPECT_TRUE(count == 0 || std::regex_search(text, about)) << text;
}

bool has_authenticators(const Rewrite& rewrite) {
  auto config = access::parse_authentication_config(rewrite.config ? rewrite.config->bytes : "", "config");
  return config && config->has_jwt();
}

class RewriteGolden : public testing::TestWithParam<std::string> {};

TEST_P(RewriteGolden, ChangesTheIntendedLinesOrSaysWhyNot) {
  Case golden = load(GetParam());
  RewriteOutcome outcome = run(golden, golden.bytes);
  fs::path expected_bytes = golden.folder / ("expected" + golden.input.extension().string());
  if (!outcome.rewrite) {
    EXPECT_FALSE(fs::exists(expected_bytes));
    expect_golden(golden.folder / "refusal.txt", text_of(outcome.refusals));
    return;
  }
  const Rewrite& rewrite = *outcome.rewrite;
  EXPECT_FALSE(fs::exists(golden.folder / "refusal.txt"));
  expect_golden(expected_bytes, rewrite.edit.after);
  expect_golden(golden.folder / "expected.diff", summary_of(rewrite, golden));
  bool with_jwt = has_authenticators(rewrite);
  if (with_jwt) expect_golden(golden.folder / "expected-config.yaml", rewrite.config->bytes);
  expect_only_intended_lines(manifest::unified_diff(golden.bytes, rewrite.edit.splices, "m"));

  EXPECT_EQ(manifest::apply(rewrite.edit.after, manifest::inverse(golden.bytes, rewrite.edit.splices)),
            golden.bytes);
  auto after = manifest::read_api_server_pod(rewrite.edit.after, "after");
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_FALSE(after->has_flag("anonymous-auth") && after->has_flag("authentication-config"));
  EXPECT_EQ(
      access::judge(exposure_inputs(*after, rewrite.version,
                                    rewrite.config ? std::optional(rewrite.config->bytes) : golden.config)),
      rewrite.after);
}

class RewriteTwice : public testing::TestWithParam<std::string> {};

TEST_P(RewriteTwice, SecondRunChangesNothing) {
  Case golden = load(GetParam());
  RewriteOutcome first = run(golden, golden.bytes);
  ASSERT_TRUE(first.rewrite) << text_of(first.refusals);
  // Our own name says what is in a file, unless authenticators are.
  bool with_jwt = has_authenticators(*first.rewrite);
  if (with_jwt) golden.config = first.rewrite->config->bytes;
  if (first.rewrite->config && !with_jwt) golden.config.reset();
  RewriteOutcome second = run(golden, first.rewrite->edit.after);
  ASSERT_TRUE(second.rewrite) << text_of(second.refusals);
  EXPECT_FALSE(second.rewrite->changed);
  EXPECT_EQ(second.rewrite->edit.after, first.rewrite->edit.after);
  EXPECT_EQ(second.rewrite->before, first.rewrite->after);
  EXPECT_TRUE(second.rewrite->opens.empty());
}

std::vector<std::string> rewritten_case_names() {
  std::vector<std::string> names = case_names();
  std::erase_if(names, [](const std::string& name) { return !fs::exists(goldens / name / "expected.diff"); });
  return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& named) {
  std::string name = named.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Case, RewriteGolden, testing::ValuesIn(case_names()), test_name);
INSTANTIATE_TEST_SUITE_P(Case, RewriteTwice, testing::ValuesIn(rewritten_case_names()), test_name);

TEST(Rewrite, EveryRefusalCodeHasAGolden) {
  std::set<int> raised;
  for (const std::string& name : case_names()) {
    Case golden = load(name);
    for (const Error& error : run(golden, golden.bytes).refusals) raised.insert(error.code.number);
  }
  raised.insert(plan_rewrite_errors::config_differs.number);         // EditedFileOfOurNameIsRefused
  raised.insert(plan_rewrite_errors::mount_not_persistable.number);  // kubeadm_config_test
  raised.insert(plan_rewrite_errors::probes_not_persistable.number);
  raised.insert(plan_rewrite_errors::kubeadm_logins.number);  // field_test
  for (const ErrorCode& code : plan_rewrite_errors::all)
    EXPECT_TRUE(raised.contains(code.number)) << code.number;
}

// S15: what the new manifest lets in, the old one did, or the playbook names it.
TEST(Rewrite, OpensNothingButThePathsOfThePlaybook) {
  int opened = 0;
  for (const std::string& name : case_names()) {
    Case golden = load(name);
    RewriteOutcome outcome = run(golden, golden.bytes);
    if (!outcome.rewrite) continue;
    const access::Exposure& before = outcome.rewrite->before;
    const access::Exposure& after = outcome.rewrite->after;
    EXPECT_TRUE(after.state != access::ExposureState::open || before.state == access::ExposureState::open)
        << name;
    std::vector<std::string> extra;
    for (const spec::ExtraPath& path : golden.playbook.paths) extra.push_back(path.path);
    auto named = access::combine(golden.playbook.profiles, extra);
    for (const std::string& path : after.paths) {
      if (access::lets_in(before, path)) continue;
      ++opened;
      ASSERT_TRUE(named) << name;
      EXPECT_THAT(*named, testing::Contains(path)) << name;
      EXPECT_THAT(outcome.rewrite->opens, testing::Contains(path)) << name << ": it is shown by name";
    }
  }
  EXPECT_GT(opened, 0) << "no golden opens a path";
}

TEST(Rewrite, GivenVersionWinsOverTheImageTag) {
  Case golden = load("kubeadm-1.34");
  RewriteOutcome outcome =
      rewrite({golden.bytes, "m.yaml", golden.playbook, access::Version{1, 30, 2, ""}, {}});
  ASSERT_EQ(outcome.refusals.size(), 1U);
  EXPECT_EQ(outcome.refusals[0].code.number, plan_rewrite_errors::no_conditions.number);
}

TEST(Rewrite, ImageWithoutTagIsJudgedByTheGivenVersion) {
  Case golden = load("kubeadm-no-image-tag-is-refused");
  RewriteOutcome outcome =
      rewrite({golden.bytes, "m.yaml", golden.playbook, access::Version{1, 34, 4, ""}, {}});
  ASSERT_TRUE(outcome.rewrite);
  EXPECT_EQ(outcome.rewrite->version.text(), "1.34.4");
}

TEST(Rewrite, EditedFileOfOurNameIsRefused) {
  Case golden = load("kubeadm-1.34");
  RewriteOutcome first = run(golden, golden.bytes);
  ASSERT_TRUE(first.rewrite);
  RewriteOutcome second = rewrite(
      {first.rewrite->edit.after, "m.yaml", golden.playbook, {}, first.rewrite->config->bytes + "# x\n"});
  ASSERT_FALSE(second.rewrite);
  EXPECT_EQ(second.refusals[0].code.number, plan_rewrite_errors::config_differs.number);
}

TEST(Rewrite, OtherProfileOfOursReplacesTheFile) {
  Case golden = load("kubeadm-1.34");
  RewriteOutcome first = run(golden, golden.bytes);
  ASSERT_TRUE(first.rewrite);
  golden.playbook.profiles = {"kubeadm-join"};
  RewriteOutcome second =
      rewrite({first.rewrite->edit.after, "m.yaml", golden.playbook, {}, first.rewrite->config->bytes});
  ASSERT_TRUE(second.rewrite) << text_of(second.refusals);
  EXPECT_TRUE(second.rewrite->changed);
  EXPECT_EQ(second.rewrite->edit.splices.size(), 1U);
  EXPECT_EQ(second.rewrite->opens,
            std::vector<std::string>{"/api/v1/namespaces/kube-public/configmaps/cluster-info"});
}

TEST(Rewrite, UnknownProfileIsRefused) {
  Case golden = load("kubeadm-1.34");
  golden.playbook.profiles = {"helth-only"};
  RewriteOutcome outcome = run(golden, golden.bytes);
  ASSERT_EQ(outcome.refusals.size(), 1U);
  EXPECT_EQ(outcome.refusals[0].hint, "did you mean health-only?");
}

}  // namespace
}  // namespace nightlatch::plan
