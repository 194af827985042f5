// What `nightlatch detect --manifest` names as the next command works on the manifest that it judged.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operate/detect.hpp"
#include "operate/rewrite.hpp"
#include "plan/golden_case.hpp"
#include "report/detect.hpp"
#include "report/problem.hpp"
#include "report/screen.hpp"

namespace nightlatch::operate {
namespace {

ManifestInput input_of(const plan::Case& golden) {
  ManifestInput input{.manifest = golden.input.string()};
  if (golden.config) input.authentication_config = (golden.folder / "config.yaml").string();
  return input;
}

TEST(OfflineNext, TheCommandIsNotRefused) {
  int named = 0;
  int withheld = 0;
  for (const std::string& name : plan::case_names()) {
    plan::Case golden = plan::load(name);
    auto report = detect_manifest(input_of(golden));
    ASSERT_TRUE(report) << name;
    auto rewritten = rewrite({.manifest = golden.input.string(),
                              .playbook = report->suggested_playbook,
                              .authentication_config = input_of(golden).authentication_config,
                              .today = "2026-11-28"});
    ASSERT_TRUE(rewritten) << name << rewritten.error().errors.front().message;
    EXPECT_EQ(report->refusal.has_value(), !rewritten->outcome.refusals.empty()) << name;
    bool stays = rewritten->outcome.rewrite && !rewritten->outcome.rewrite->changed;
    EXPECT_EQ(report->has_it_already, stays) << name;
    std::string page = report::screen(report::plain(1000), [&](report::Out& out) {
      report::write_terminal(report::page_of(*report), out);
    });
    bool names_command = page.find("nightlatch rewrite " + golden.input.string()) != std::string::npos;
    if (report->refusal) {
      EXPECT_FALSE(names_command) << name << "\n" << page;
      ++withheld;
    }
    if (names_command) ++named;
  }
  EXPECT_GE(named, 20);
  EXPECT_GE(withheld, 20);
}

std::size_t times(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

// The place is shown before the message, and what the message says needs no second one.
TEST(OfflineNext, ALocationStandsOnceInAMessage) {
  int placed = 0;
  auto expect_once = [&](const Error& error, const std::string& golden) {
    std::string shown = report::place_text(error) + ": " + std::string(report::message_text(error));
    if (!error.place || error.place->file.empty()) return;
    ++placed;
    EXPECT_EQ(times(shown, error.place->file), 1U) << golden << ": " << shown;
  };
  for (const std::string& name : plan::case_names()) {
    plan::Case golden = plan::load(name);
    for (const Error& error : plan::run(golden, golden.bytes).refusals) expect_once(error, name);
    auto report = detect_manifest(input_of(golden));
    ASSERT_TRUE(report) << name;
    for (const Error& error : report->nodes.at(0).findings) expect_once(error, name);
  }
  EXPECT_GE(placed, 60);
}

// An option that is advised takes the refusal away.
TEST(OfflineNext, AnOptionThatIsAdvisedMendsTheRefusal) {
  struct Advice {
    const char* golden;
    std::string option;
    std::string value;
  };
  const std::vector<Advice> all{
      {"kubeadm-no-image-tag-is-refused", "--kubernetes-version", "1.34.4"},
      {"config-not-at-hand-is-refused", "--authentication-config",
       (golden_directory() / "rewrite/config-with-jwt-keeps-it/config.yaml").string()},
      {"oidc-ca-not-at-hand-is-refused", "--oidc-ca-file",
       (golden_directory() / "rewrite/oidc-every-flag/oidc-ca.pem").string()},
  };
  for (const Advice& advice : all) {
    plan::Case golden = plan::load(advice.golden);
    std::vector<Error> refusals = plan::run(golden, golden.bytes).refusals;
    ASSERT_FALSE(refusals.empty()) << advice.golden;
    auto names_it = [&](const Error& error) {
      return error.next_step().find(advice.option) != std::string::npos;
    };
    EXPECT_TRUE(std::any_of(refusals.begin(), refusals.end(), names_it)) << advice.golden;
    RewriteInput input{.manifest = golden.input.string(), .playbook = "health-only", .today = "2026-11-28"};
    if (advice.option == "--kubernetes-version") input.kubernetes_version = advice.value;
    if (advice.option == "--authentication-config") input.authentication_config = advice.value;
    if (advice.option == "--oidc-ca-file") input.oidc_ca_file = advice.value;
    auto mended = rewrite(input);
    ASSERT_TRUE(mended) << advice.golden;
    EXPECT_TRUE(mended->outcome.refusals.empty())
        << advice.golden << mended->outcome.refusals.front().message;
  }
}

TEST(OfflineNext, TheCommandHasTheFilesThatWereGiven) {
  plan::Case golden = plan::load("config-with-jwt-and-no-anonymous");
  ManifestInput input = input_of(golden);
  input.kubernetes_version = "1.34.4";
  auto report = detect_manifest(input);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->options, testing::HasSubstr(" --authentication-config "));
  EXPECT_THAT(report->options, testing::HasSubstr(" --kubernetes-version 1.34.4"));
}

}  // namespace
}  // namespace nightlatch::operate
