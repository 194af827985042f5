// What `nightlatch detect --manifest` names as the next command works on the manifest that it judged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operate/detect.hpp"
#include "operate/rewrite.hpp"
#include "plan/golden_case.hpp"
#include "report/detect.hpp"
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
