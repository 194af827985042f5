// Who else looks after a manifest: a hand that would write it again, or undo what a roll writes (S12).
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
  std::string mark;  // what tells it
};

// A running agent of configuration management, a "managed by" in the manifest's head, kubespray's paths.
[[nodiscard]] std::vector<Owner> owners_of(const facts::NodeFacts& node, const manifest::ApiServerPod& pod);

// A refusal for each that was not accepted.
[[nodiscard]] std::vector<Error> check_owners(const std::vector<Owner>& owners,
                                              const std::vector<std::string>& accepted);

// Writes down who was accepted, and says so.
void record_owners(const std::vector<Owner>& owners, Plan& plan);

}  // namespace nightlatch::plan
