// Which other tools write the manifest, and so would undo what a roll writes (S12). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// The manager that a comment before the document names, in lower case; empty: none.
[[nodiscard]] std::string manager_in_head(std::string_view manifest);

// The domains of annotations that neither Kubernetes nor a known product nor monitoring writes: a controller
// that writes such a mark may write the manifest, too. `file` is for messages.
[[nodiscard]] std::vector<std::string> unknown_controllers(std::string_view manifest, std::string_view file);

struct Owner {
  std::string name;  // as --accept-owner takes it: "puppet", "ansible", "kubespray"
  std::string node;
  std::string mark;  // the evidence, as a sentence
};

// The tools that manage the manifest of the node: those whose agent runs (puppet, chef, cinc, salt, cfengine)
// or is started by cron or a timer, the one that a comment before the document names ("managed by NAME",
// "Ansible managed"), and kubespray. Never fails.
[[nodiscard]] std::vector<Owner> owners_of(const facts::NodeFacts& node, const manifest::ApiServerPod& pod);

// One refusal (other_owner) for each owner whose name is not in `accepted`.
[[nodiscard]] std::vector<Error> check_owners(const std::vector<Owner>& owners,
                                              const std::vector<std::string>& accepted);

// Writes the names into Plan::accepted.owners, and adds one warning (owner_accepted) for each name. All of
// them must have been accepted: see check_owners.
void record_owners(const std::vector<Owner>& owners, Plan& plan);

}  // namespace nightlatch::plan
