// `nightlatch node prepare --print` and `--check`: nightlatch.dev/recipe/v1 and
// nightlatch.dev/recipecheck/v1.
#pragma once

#include <string>
#include <vector>

#include "plan/host_recipe.hpp"
#include "report/detect.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

struct RecipeReport {
  ClusterHeader cluster;
  plan::RecipeForm form = plan::RecipeForm::shell;
  plan::HostRecipe recipe{};
  std::string text{};                // for cloud-init, Ansible or a shell: the result itself
  std::vector<std::string> nodes{};  // that were read
  std::vector<Error> findings{};     // from what else kubeadm would write the new node's manifest
};

// What stands beside the text: only its findings.
[[nodiscard]] Page page_of(const RecipeReport& report);
[[nodiscard]] std::string recipe_json(const RecipeReport& report);

struct RecipeCheck {
  ClusterHeader cluster;
  std::string file;
  plan::RecipeHead head{};
  std::vector<std::string> differences{};  // a sentence each; none: it is as it would be printed today
  std::vector<std::string> nodes{};
  std::vector<Error> findings{};
};

[[nodiscard]] Page page_of(const RecipeCheck& check);
[[nodiscard]] std::string recipe_check_json(const RecipeCheck& check, const std::string& shared_options);

}  // namespace nightlatch::report
