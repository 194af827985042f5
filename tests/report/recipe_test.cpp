// The screens and documents of node prepare --print and --check.
#include "report/recipe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "report/schema_check.hpp"
#include "report/screen.hpp"

namespace nightlatch::report {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

plan::HostRecipe printed_recipe() {
  plan::HostRecipe recipe{
      .cluster_uid = "0f3c", .file = facts::FileFacts{}, .made = "2026-11-28", .by = "0.1.0"};
  recipe.file->path = "/etc/kubernetes/nightlatch/config/authn-9d62abfc6a49.yaml";
  recipe.file->owner = "0:0";
  recipe.file->mode = "640";
  recipe.file->sha256 = std::string(64, 'a');
  return recipe;
}

RecipeCheck stale_recipe() {
  return {.cluster = {.name = "prod-eu1", .endpoint = "https://k8s.example:6443", .uid = "0f3c"},
          .file = "cp nodes.yaml",
          .head = {.form = plan::RecipeForm::cloud_init, .recipe = printed_recipe()},
          .differences = {"The mode of the configuration is 640 in the file, and 600 on the nodes"},
          .nodes = {"cp1", "cp2"}};
}

TEST(RecipePage, SaysWhatDiffersAndWhatToDo) {
  std::string text = screen(plain(), [](Out& out) { write_terminal(page_of(stale_recipe()), out); });
  EXPECT_THAT(text, HasSubstr("cp nodes.yaml  stale  cloud-init, printed on 2026-11-28 by nightlatch 0.1.0"));
  EXPECT_THAT(text, HasSubstr("The mode of the configuration is 640 in the file, and 600 on the nodes."));
  EXPECT_THAT(text, HasSubstr("nightlatch node prepare --print cloud-init"));
  EXPECT_THAT(text, HasSubstr("prints it again, in place of 'cp nodes.yaml'"));
  RecipeCheck same = stale_recipe();
  same.differences.clear();
  text = screen(plain(), [&](Out& out) { write_terminal(page_of(same), out); });
  EXPECT_THAT(text, HasSubstr("as it would be printed today"));
  EXPECT_THAT(text, Not(HasSubstr("--print")));
}

TEST(RecipeJson, FitsItsSchema) {
  EXPECT_THAT(schema_faults(recipe_check_json(stale_recipe(), " -i prod.yaml")), IsEmpty());
  json check = json::parse(recipe_check_json(stale_recipe(), " -i prod.yaml"));
  EXPECT_EQ(check["stale"], true);
  EXPECT_EQ(check["next"][0], "nightlatch node prepare --print cloud-init -i prod.yaml");
  RecipeReport report{.cluster = stale_recipe().cluster,
                      .form = plan::RecipeForm::shell,
                      .recipe = printed_recipe(),
                      .text = "#!/bin/sh\n"};
  EXPECT_THAT(schema_faults(recipe_json(report)), IsEmpty());
  report.recipe.file.reset();
  EXPECT_THAT(schema_faults(recipe_json(report)), IsEmpty());
  EXPECT_EQ(json::parse(recipe_json(report))["text"], "#!/bin/sh\n");
}

}  // namespace
}  // namespace nightlatch::report
