// node prepare --print and --check on a scripted cluster: the text is that of the nodes, and a roll makes it
// stale.
#include "operate/recipe.hpp"

#include "operate/rolled_bench.hpp"
#include "plan/errors.hpp"
#include "util/errors.hpp"

namespace nightlatch::operate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Recipe : public RolledBench {
 protected:
  Outcome<report::RecipeReport> print(plan::RecipeForm form = plan::RecipeForm::shell) {
    Ports all = ports();
    return print_recipe(all, selection(), form, "0.1.0");
  }
  Outcome<report::RecipeCheck> check() {
    Ports all = ports();
    return check_recipe(all, selection(), (directory / "recipe").string(), "0.1.0");
  }
  void keep(const std::string& text) { ASSERT_TRUE(write_file_durably(directory / "recipe", text)); }
};

TEST_F(Recipe, IsOfTheFileThatAllNodesHold) {
  static_cast<void>(roll());
  auto report = print(plan::RecipeForm::cloud_init);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_THAT(report->nodes, ElementsAre("cp1", "cp2", "cp3"));
  ASSERT_TRUE(report->recipe.file);
  EXPECT_EQ(report->recipe.made, "2026-11-22");
  EXPECT_THAT(report->text, HasSubstr(report->recipe.file->path));
  EXPECT_THAT(report->findings, IsEmpty()) << "kubeadm-config names the file";
  EXPECT_EQ(runs_kept(), 1U) << "it is no run";
}

TEST_F(Recipe, ARollMakesItStale) {
  auto before = print();
  ASSERT_TRUE(before);
  EXPECT_FALSE(before->recipe.file);
  keep(before->text);
  EXPECT_EQ(exit_of(*check()), Exit::done);
  static_cast<void>(roll());
  auto stale = check();
  ASSERT_TRUE(stale) << stale.error().errors[0].message;
  EXPECT_EQ(exit_of(*stale), Exit::findings);
  EXPECT_THAT(stale->differences, SizeIs(1));
  keep(print()->text);
  EXPECT_EQ(exit_of(*check()), Exit::done);
}

TEST_F(Recipe, ANodeThatCannotBeReadLeavesItOpen) {
  static_cast<void>(roll());
  keep(print()->text);
  lose_host("cp2");
  EXPECT_EQ(exit_code(print()), Exit::coverage);
  EXPECT_EQ(exit_code(check()), Exit::coverage);
}

TEST_F(Recipe, NodesThatDifferAreRefused) {
  static_cast<void>(roll_until("cp2", "confirmed"));
  EXPECT_EQ(code_of(print()), plan_errors::config_differs.number);
}

TEST_F(Recipe, WhatWasNotPrintedIsNotCompared) {
  EXPECT_EQ(code_of(check()), util_errors::file_unreadable.number);
  keep("#!/bin/sh\n");
  auto unknown = check();
  EXPECT_EQ(code_of(unknown), plan_errors::recipe_unknown.number);
  EXPECT_EQ(unknown.error().exit, Exit::usage);
}

TEST_F(Recipe, WhatKubeadmWouldWriteOtherwiseIsSaidBesides) {
  static_cast<void>(roll());
  cluster.cluster_api->facts.kubeadm_config =
      "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"
      "kubernetesVersion: v1.34.4\n";
  auto report = print();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_THAT(report->findings, testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace nightlatch::operate
