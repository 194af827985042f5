// The plan: an ordered list of changes, the nodes that they are made on or watched from, and everything that
// decides them. A file that can be reviewed, approved and applied; its hash covers `decides` (RFC 8785 form)
// and nothing that is only shown.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/exposure.hpp"
#include "facts/probe.hpp"
#include "plan/change.hpp"
#include "spec/playbook.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

enum class Direction { apply, rollback };

// A control-plane node of this plan, changed or only watched: who it is, how it is asked, and what it is like
// before and after.
struct NodePlan {
  std::string name;
  std::string host;
  std::string machine_id;
  std::string host_key;
  std::string version;  // of the API server's image tag, "1.34.4"
  // Of a node that is only watched: it is not where this plan leads, and stays there; a rollback's that was
  // new before that run.
  bool stays_behind = false;

  std::string manifest_path;
  std::string manifest_sha256;  // of what lay there when the plan was made

  access::Exposure before;
  access::Exposure after;
  std::vector<std::string> opens;  // paths this opens that were shut, all told by name (S15)

  std::string api_host;  // where probes and gates ask, from the node's own network place
  std::uint16_t api_port = 6443;
  std::vector<facts::Expectation> gates;  // after the swap
  int grace_seconds = 30;                 // of the pod before; the restart takes at least this long
};

// What a check is about; empty: the cluster as a whole.
struct CheckSubject {
  std::string node{};
  std::string path{};    // of a request, or of a file on the node
  std::string object{};  // "ConfigMap kube-system/kubeadm-config", "etcd", "load balancer"
};

struct PlanCheck {
  enum class Grade { ok, warning, unknown };
  Grade grade = Grade::ok;
  std::string text;
  int code = 0;  // plan/check_codes.hpp; 0: none, which only ok may have
  CheckSubject subject{};
};

struct Plan {
  // decides
  Direction direction = Direction::apply;
  std::string cluster;
  std::string endpoint;
  std::string kube_system_uid;
  std::string of_run;  // rollback: the run that is undone
  // Everything but the swap of the first node, and a restore into a scratch file instead; then it is
  // disarmed.
  bool rehearsal = false;
  spec::Playbook playbook;
  std::vector<std::string> accepted_owners;  // who else looks after the manifests, as a person accepted
  // Those that are changed first, in the order of the roll; then those that are only watched.
  std::vector<NodePlan> nodes;
  // What is done, in that order. A node is changed at most once, and an object too.
  std::vector<Change> changes;

  // shown
  std::vector<PlanCheck> checks;
  std::vector<std::string> order_reasons;  // one a node: "worst first", "serves this connection: last"
  std::string created;

  std::string hash;  // 64 hex; set by seal()

  [[nodiscard]] std::string short_hash() const { return hash.substr(0, 8); }
  // The change of the node's manifest; nullptr: the node is only watched.
  [[nodiscard]] const ManifestChange* change_of(const NodePlan& node) const;
  [[nodiscard]] bool is_changed(const NodePlan& node) const { return change_of(node) != nullptr; }
  [[nodiscard]] bool swaps(const NodePlan& node) const;
  [[nodiscard]] bool finishes_restore(const NodePlan& node) const;
  [[nodiscard]] bool finishes_confirm(const NodePlan& node) const;
  // The host only gets the config file.
  [[nodiscard]] bool only_places(const NodePlan& node) const;
  // There is a manifest's change of this kind.
  [[nodiscard]] bool has(ManifestChange::Kind kind) const;
  // What the manifest is before this plan comes to the node, and what it is afterwards: the same where the
  // node is only watched.
  [[nodiscard]] const std::string& sha256_at_start(const NodePlan& node) const;
  [[nodiscard]] const std::string& sha256_at_end(const NodePlan& node) const;
  [[nodiscard]] std::size_t changing_nodes() const;
  // The node is only watched from now on, as it is.
  void leave_alone(const NodePlan& node);

  // The list's writes to the API, each with the number of manifests that are changed before it.
  struct ObjectTurn {
    const ObjectChange* change = nullptr;
    std::size_t after_manifests = 0;
  };
  [[nodiscard]] std::vector<ObjectTurn> object_changes() const;
  [[nodiscard]] const ObjectChange* change_of(const facts::ObjectReference& object) const;

  // Puts the manifests' changes into the order of `nodes`; a write to the API keeps its place in the list.
  void follow_nodes();

  [[nodiscard]] bool changes_nothing() const { return changes.empty(); }
};

// An order's reason.
inline constexpr std::string_view worst_first = "worst first";

// Computes and sets the hash.
void seal(Plan& plan);

// plan.json, and back. Reading checks the schema and that the hash is that of its contents; a file that was
// edited is refused.
[[nodiscard]] std::string to_json(const Plan& plan);
[[nodiscard]] Result<Plan> from_json(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::plan
