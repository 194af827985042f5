#include "operate/recipe.hpp"

#include <utility>

#include "operate/header.hpp"
#include "operate/prepare.hpp"
#include "plan/new_node.hpp"
#include "plan/preconditions.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {

namespace {

constexpr std::size_t largest_text = std::size_t{1} << 20U;

// What the nodes say today.
struct Today {
  report::ClusterHeader cluster;
  plan::HostRecipe recipe{};
  std::vector<std::string> nodes{};
  std::vector<Error> findings{};
};

Outcome<Today> read_today(Ports& ports, const cluster::Selection& selection, const std::string& version) {
  auto session = open_session(ports, selection);
  if (!session) return failed_reading(std::move(session).error());
  std::vector<Error> unread = session->errors();
  Exit exit = exit_of_reading(unread);
  if (!unread.empty()) return tl::unexpected<Failure>(Failure{std::move(unread), exit});
  facts::ClusterFacts facts = session->facts();
  std::vector<Error> refusals = plan::check_identity(facts, session->cluster);
  if (!refusals.empty()) return failed_planning(std::move(refusals));
  auto config = plan::common_config(facts.nodes);
  if (!config) return failed(std::move(config).error());
  Today today{.cluster = header_of(*session),
              .recipe = {.cluster_uid = facts.api->kube_system_uid,
                         .file = *std::move(config),
                         .made = nightlatch::operate::today(ports.person),
                         .by = version},
              .findings = find_drift(facts)};
  for (const facts::NodeFacts& node : facts.nodes) today.nodes.push_back(node.name);
  return today;
}

}  // namespace

Outcome<report::RecipeReport> print_recipe(Ports& ports, const cluster::Selection& selection,
                                           plan::RecipeForm form, const std::string& version) {
  auto today = read_today(ports, selection, version);
  if (!today) return tl::unexpected<Failure>(std::move(today).error());
  auto text = plan::recipe_text(today->recipe, form);
  if (!text) return failed(std::move(text).error());
  return report::RecipeReport{.cluster = std::move(today->cluster),
                              .form = form,
                              .recipe = std::move(today->recipe),
                              .text = *std::move(text),
                              .nodes = std::move(today->nodes),
                              .findings = std::move(today->findings)};
}

Outcome<report::RecipeCheck> check_recipe(Ports& ports, const cluster::Selection& selection,
                                          const std::string& file, const std::string& version) {
  auto text = read_file(file, largest_text);
  if (!text) return failed(std::move(text).error());
  auto head = plan::read_recipe_head(*text, file);
  if (!head) return failed(std::move(head).error());
  auto today = read_today(ports, selection, version);
  if (!today) return tl::unexpected<Failure>(std::move(today).error());
  auto differences = plan::recipe_differences(*head, *text, std::move(today->recipe));
  if (!differences) return failed(std::move(differences).error());
  return report::RecipeCheck{.cluster = std::move(today->cluster),
                             .file = file,
                             .head = *std::move(head),
                             .differences = *std::move(differences),
                             .nodes = std::move(today->nodes),
                             .findings = std::move(today->findings)};
}

Exit exit_of(const report::RecipeCheck& check) {
  return check.differences.empty() ? Exit::done : Exit::findings;
}

}  // namespace nightlatch::operate
