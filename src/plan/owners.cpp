#include "plan/owners.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "manifest/generator.hpp"
#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

constexpr std::array managers{"ansible", "cfengine", "chef", "puppet", "salt", "saltstack"};

// The words of a line in lower case, cut at every character that no name has.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words{{}};
  for (char c : line) {
    auto byte = static_cast<unsigned char>(c);
    bool of_a_word = std::isalnum(byte) != 0 || c == '-' || c == '_';
    if (of_a_word) words.back() += static_cast<char>(std::tolower(byte));
    if (!of_a_word && !words.back().empty()) words.emplace_back();
  }
  return words;
}

// The name that follows "managed by", or the manager before "managed" ("Ansible managed", Ansible's own
// comment). Of "managed by the platform team's Puppet" it is "platform": any name that --accept-owner can
// take is enough.
std::string manager_in(std::string_view comment) {
  std::vector<std::string> words = words_of(comment);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] != "managed") continue;
    std::size_t named = i + 2;
    if (named < words.size() && words[named] == "the") ++named;
    if (i + 1 < words.size() && words[i + 1] == "by" && named < words.size()) return words[named];
    bool by_itself = i > 0 && std::find(managers.begin(), managers.end(), words[i - 1]) != managers.end();
    if (by_itself) return words[i - 1];
  }
  return {};
}

// Annotations of these say nothing about who writes the manifest: they tell monitoring and meshes what to do.
constexpr std::array readers_of_pods{"prometheus.io", "ad.datadoghq.com", "co.elastic.logs", "fluentbit.io",
                                     "sidecar.istio.io"};

bool is_of_kubernetes(std::string_view domain) {
  return domain == "kubernetes.io" || domain == "k8s.io" || domain.ends_with(".kubernetes.io") ||
         domain.ends_with(".k8s.io");
}

}  // namespace

std::string manager_in_head(std::string_view manifest) {
  for (const std::string& line : split(manifest, '\n')) {
    std::string_view text = trim(line);
    if (text.empty() || text == "---") continue;
    if (!text.starts_with('#')) break;
    if (std::string name = manager_in(text); !name.empty()) return name;
  }
  return {};
}

std::vector<std::string> unknown_controllers(std::string_view manifest, std::string_view file) {
  std::vector<std::string> domains = manifest::annotation_domains(manifest, file);
  std::erase_if(domains, [](const std::string& domain) {
    return is_of_kubernetes(domain) ||
           std::find(readers_of_pods.begin(), readers_of_pods.end(), domain) != readers_of_pods.end();
  });
  return domains;
}

std::vector<Owner> owners_of(const facts::NodeFacts& node, const manifest::ApiServerPod& pod) {
  std::vector<Owner> owners;
  for (const std::string& agent : node.config_agents)
    owners.push_back({.name = agent, .node = node.name, .mark = fmt::format("the agent of {} runs", agent)});
  for (const facts::ConfigJob& job : node.config_jobs)
    owners.push_back(
        {.name = job.name, .node = node.name, .mark = fmt::format("{} starts {}", job.starter, job.name)});
  if (std::string name = manager_in_head(node.manifest.bytes); !name.empty())
    owners.push_back(
        {.name = name,
         .node = node.name,
         .mark = fmt::format("a comment in {} says that {} manages the file", node.manifest_path, name)});
  if (pod.generated_by == "kubespray")
    owners.push_back({.name = "kubespray",
                      .node = node.name,
                      .mark = "kubespray will write this manifest again at its next run"});
  return owners;
}

std::vector<Error> check_owners(const std::vector<Owner>& owners, const std::vector<std::string>& accepted) {
  std::vector<Error> refusals;
  for (const Owner& owner : owners) {
    if (std::find(accepted.begin(), accepted.end(), owner.name) != accepted.end()) continue;
    refusals.push_back(Error{
        .code = plan_errors::other_owner,
        .message = fmt::format("{}: {}", owner.node, owner.mark),
        .next =
            fmt::format("make the same change in {0}, then plan again with --accept-owner {0}", owner.name)});
  }
  return refusals;
}

void record_owners(const std::vector<Owner>& owners, Plan& plan) {
  std::map<std::string, std::set<std::string>> nodes;
  for (const Owner& owner : owners) nodes[owner.name].insert(owner.node);
  for (const auto& [name, on] : nodes) {
    plan.accepted.owners.push_back(name);
    plan.checks.push_back(
        {PlanCheck::Grade::warning,
         fmt::format(
             "{} manages the manifest of {}, which was accepted: its next run undoes this change unless {} "
             "has the same change",
             name, join(std::vector<std::string>(on.begin(), on.end()), " and "), name),
         plan_checks::owner_accepted.number,
         {.node = join(std::vector<std::string>(on.begin(), on.end()), " "), .object = name}});
  }
}

}  // namespace nightlatch::plan
