// node prepare --print and --check: what a host needs, as a text for another tool, and whether such a text is
// stale.
#pragma once

#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/recipe.hpp"

namespace nightlatch::operate {

// Reads every node and the API, and changes nothing. `version` is nightlatch's own. Errors: a node or the API
// cannot be read (exit 7); those of check_identity, plan::common_config and plan::recipe_text.
[[nodiscard]] Outcome<report::RecipeReport> print_recipe(Ports& ports, const cluster::Selection& selection,
                                                         plan::RecipeForm form, const std::string& version);

// The same, for a file that was printed before. Errors also: it cannot be read; recipe_unknown.
[[nodiscard]] Outcome<report::RecipeCheck> check_recipe(Ports& ports, const cluster::Selection& selection,
                                                        const std::string& file, const std::string& version);
// 0, or 6 where it is stale.
[[nodiscard]] Exit exit_of(const report::RecipeCheck& check);

}  // namespace nightlatch::operate
