#include "plan/trace.hpp"

#include <algorithm>

#include "plan/kubeadm_change.hpp"
#include "plan/planner.hpp"
#include "util/hash.hpp"
#include "util/overloaded.hpp"

namespace nightlatch::plan {

namespace {

Trace trace_of(const ManifestChange& change, const std::string& run, const facts::ClusterFacts& facts) {
  auto node = std::find_if(facts.nodes.begin(), facts.nodes.end(),
                           [&](const facts::NodeFacts& one) { return one.name == change.node; });
  if (node == facts.nodes.end()) return Trace::untold;
  const std::string& today = node->manifest.sha256;
  if (left_in_midrun(*node, run)) return Trace::there;
  if (today == change.sha256_before) return Trace::gone;
  return today == change.sha256_after ? Trace::there : Trace::untold;
}

// An object that cannot be told says nothing: the nodes decide, and the way back of the object is told where
// it is planned.
Trace trace_of(const ObjectChange& change, const facts::ClusterFacts& facts) {
  bool is_known = facts.api && change.object == kubeadm_config();
  if (!is_known) return Trace::gone;
  return change.sha256_after == sha256_hex(facts.api->kubeadm_config) ? Trace::there : Trace::gone;
}

}  // namespace

Trace trace_of(const Plan& plan, const std::string& run, const facts::ClusterFacts& facts) {
  bool there = false;
  bool untold = false;
  auto note = [&](Trace trace) {
    there = there || trace == Trace::there;
    untold = untold || trace == Trace::untold;
  };
  for (const Change& change : plan.changes) {
    std::visit(overloaded{[&](const ManifestChange& one) { note(trace_of(one, run, facts)); },
                          [&](const ObjectChange& one) { note(trace_of(one, facts)); }},
               change);
  }
  if (there) return Trace::there;
  return untold ? Trace::untold : Trace::gone;
}

}  // namespace nightlatch::plan
