// Which other tools write the manifest, and so would undo what a roll writes (S12).
#pragma once

#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

struct Owner {
  std::string name;  // as --accept-owner takes it: "puppet", "ansible", "kubespray"
  std::string node;
  std::string mark;  // the evidence, as a sentence
};

// By a running agent of configuration management, by a "managed by" in the comments at the manifest's head,
// and by kubespray's paths. Never fails.
[[nodiscard]] std::vector<Owner> owners_of(const facts::NodeFacts& node, const manifest::ApiServerPod& pod);

// One refusal (other_owner) for each owner whose name is not in `accepted`.
[[nodiscard]] std::vector<Error> check_owners(const std::vector<Owner>& owners,
                                              const std::vector<std::string>& accepted);

// Adds the owners, all of them accepted, to the plan, with one warning each.
void record_owners(const std::vector<Owner>& owners, Plan& plan);

}  // namespace nightlatch::plan
