// The plan: what will be done to which node, and everything that decides it. A file that can be reviewed,
// approved and applied; its hash covers `decides` (RFC 8785 form) and nothing that is only shown.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/exposure.hpp"
#include "facts/probe.hpp"
#include "manifest/splice.hpp"
#include "spec/playbook.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

enum class Direction { apply, rollback };

// none: already as planned, only watched. finish_restore: the node was left in mid-run by a run that ended;
// its manifest goes back to what that run found.
enum class NodeAction { none, swap, finish_restore };

struct NodePlan {
  std::string name;
  std::string host;
  std::string machine_id;
  std::string host_key;
  std::string version;  // of the API server's image tag, "1.34.4"
  NodeAction action = NodeAction::swap;
  std::string previous_run;  // of finish_restore
  // Of none: the node is not where this plan leads, and stays there; a rollback's that was new before that
  // run.
  bool stays_behind = false;

  std::string manifest_path;
  std::string sha256_before;
  std::string sha256_after;
  std::vector<manifest::Splice> splices;  // before → after
  std::vector<manifest::Splice> undo;     // after → before

  std::string config_path;  // empty: no config file is placed
  std::string config_sha256;

  access::Exposure before;
  access::Exposure after;
  std::vector<std::string> opens;  // paths this opens that were shut, all told by name (S15)

  std::string api_host;  // where probes and gates ask, from the node's own network place
  std::uint16_t api_port = 6443;
  std::vector<facts::Expectation> gates;  // after the swap
  int grace_seconds = 30;                 // of the pod before; the restart takes at least this long
};

// What the ConfigMap kubeadm-config has to say for kubeadm to write the same manifests again (S20): a change
// of its ClusterConfiguration.
struct KubeadmChange {
  std::string sha256_before;
  std::string sha256_after;
  std::vector<manifest::Splice> splices;  // before → after
  std::vector<manifest::Splice> undo;     // after → before
};

struct PlanCheck {
  enum class Grade { ok, warning, unknown };
  Grade grade = Grade::ok;
  std::string text;
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
  std::vector<std::string> accepted_owners;     // who else looks after the manifests, as a person accepted
  std::vector<NodePlan> nodes;                  // in the order of the roll; those of action none come last
  std::optional<KubeadmChange> kubeadm_config;  // after the last node; of a rollback, before the first

  // shown
  std::vector<PlanCheck> checks;
  std::vector<std::string> order_reasons;  // one a node: "worst first", "serves this connection: last"
  std::string created;

  std::string hash;  // 64 hex; set by seal()

  [[nodiscard]] std::string short_hash() const { return hash.substr(0, 8); }
  [[nodiscard]] std::size_t changing_nodes() const;
  [[nodiscard]] bool changes_nothing() const { return changing_nodes() == 0 && !kubeadm_config; }
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
