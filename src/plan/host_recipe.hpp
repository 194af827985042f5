// What a host needs before it joins as a control-plane node, as a text that somebody else carries out:
// cloud-init, Ansible or a shell (templates/host/). The text says itself from what it was made, so that one
// which has become stale is found. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/node_facts.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

enum class RecipeForm { cloud_init, ansible, shell };
// "cloud-init", "ansible", "shell"; nullopt: another word.
[[nodiscard]] std::string_view name(RecipeForm form);
[[nodiscard]] std::optional<RecipeForm> recipe_form_named(std::string_view word);

struct HostRecipe {
  std::string cluster_uid{};               // of the namespace kube-system
  std::optional<facts::FileFacts> file{};  // as on the nodes (common_config); nullopt: no manifest names one
  std::string made{};                      // YYYY-MM-DD
  std::string by{};                        // the version of nightlatch
};

// Error: recipe_path: the file lies at a path that a shell or a YAML reader could take for something else.
[[nodiscard]] Result<std::string> recipe_text(const HostRecipe& recipe, RecipeForm form);

// What a printed text says of itself.
struct RecipeHead {
  RecipeForm form = RecipeForm::shell;
  HostRecipe recipe{};  // its file has no bytes
};
// Error: recipe_unknown: the text was not printed by nightlatch, or by one that this version does not know.
// `source` is for the message.
[[nodiscard]] Result<RecipeHead> read_recipe_head(std::string_view text, const std::string& source);

// In what the printed text differs from the one that `today` gives, a sentence each; none: it is as printed
// today. Errors: those of recipe_text.
[[nodiscard]] Result<std::vector<std::string>> recipe_differences(const RecipeHead& head,
                                                                  std::string_view text, HostRecipe today);

}  // namespace nightlatch::plan
