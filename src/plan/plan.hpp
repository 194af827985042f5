// The plan: an ordered list of changes, the nodes of the cluster, and everything that decides the roll. It
// is a file that can be reviewed, approved and applied. Its hash covers `decides` (in the form of RFC 8785),
// and nothing that is only shown (ARCHITECTURE.md, A6).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/exposure.hpp"
#include "facts/probe.hpp"
#include "plan/accepted.hpp"
#include "plan/change.hpp"
#include "spec/playbook.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

enum class Direction { apply, rollback };

// What a plan does about the run that `of_run` names. none: there is no such run. undoes: it turns back what
// that run changed; the undoing of a rollback makes the change again. puts_back: it turns back only what that
// run left in mid-change. goes_on_with: it makes what that run left undone. confirms: it keeps what waits for
// a confirmation of that run.
enum class Relation { none, undoes, puts_back, goes_on_with, confirms };
// As in plan.json, in the journal and in JSON: "undoes", "puts_back" and so on.
[[nodiscard]] std::string_view name(Relation relation);
[[nodiscard]] std::optional<Relation> relation_named(std::string_view name);
// Of a plan or a journal that does not say it, as earlier versions wrote them: a rollback undoes, and a plan
// that leads forward goes on with.
[[nodiscard]] Relation usual_relation(Direction direction, std::string_view of_run);

// A control-plane node of this plan, changed or only watched: who it is, how it is asked, and what it is like
// before and after.
struct NodePlan {
  std::string name;
  std::string host;
  std::string machine_id;
  std::string host_key;
  std::string version;  // of the API server's image tag, "1.34.4"
  // Only of a node that is not changed: it does not have what this plan leads to, and keeps what it has. An
  // example is a node that an earlier run made new, in the rollback of a later run.
  bool stays_behind = false;

  std::string manifest_path;
  std::string manifest_sha256;  // of what lay there when the plan was made

  access::Exposure before;
  access::Exposure after;
  std::vector<std::string> opens;  // closed paths that the change opens, each shown by name (S15)

  std::string api_host;  // where probes and gates send their requests, from the node's place in the network
  std::uint16_t api_port = 6443;
  std::string api_tls_name;  // a name in its serving certificate, where api_host is none; empty: api_host
  std::vector<facts::Expectation> gates;  // after the swap
  int grace_seconds = 30;                 // of the pod before the change; a restart takes at least this long
};

// A node that a rollback leaves as the undone run left it (--skip), because it could not be read. No run asks
// it anything. Both hashes are in the direction of the plan; they are equal where the plan would not have
// changed the node.
struct SkippedNode {
  std::string name;
  std::string sha256_before;
  std::string sha256_after;
  // Whether the way back leaves something undone there.
  [[nodiscard]] bool is_left() const { return sha256_before != sha256_after; }
};

// What a check is about; empty: the cluster as a whole.
struct CheckSubject {
  std::string node{};
  std::string path{};    // of a request, or of a file on the node
  std::string object{};  // "ConfigMap kube-system/kubeadm-config", "etcd", "load balancer"
};

// The object of a check that says what an audit log says.
inline constexpr std::string_view audit_subject = "audit log";

struct PlanCheck {
  enum class Grade { ok, warning, unknown };
  Grade grade = Grade::ok;
  std::string text;
  int code = 0;  // plan/check_codes.hpp; 0: none, which only ok may have
  CheckSubject subject{};
};

// Why a plan goes past the window of its playbook (--outside-window), in a person's words.
struct OutsideWindow {
  std::string reason;
  std::string ticket;
  bool operator==(const OutsideWindow&) const = default;
};

struct Plan {
  // decides
  Direction direction = Direction::apply;
  std::string cluster;
  std::string endpoint;
  std::string kube_system_uid;
  std::string of_run;                  // the run that this plan is about; empty: none
  Relation relation = Relation::none;  // to that run
  // Why anonymous requests are let in on every path again (rollback --to-open), in a person's words. Such a
  // plan is a rollback that undoes no run. Empty in every other plan.
  std::string reason;
  // A rehearsal takes all steps on the first node but the swap: it restores into a scratch file instead, and
  // disarms the node.
  bool rehearsal = false;
  spec::Playbook playbook;
  std::optional<OutsideWindow> outside_window;  // nullopt: the window counts, where there is one
  Accepted accepted;  // what these nodes would be refused for otherwise; nothing that was accepted in vain
  // First the nodes that are changed, in the order of the roll, then those that are only watched.
  std::vector<NodePlan> nodes;
  std::vector<SkippedNode> skipped;  // of a rollback, beside `nodes`
  // The changes in the order in which they are made. Each node and each object is changed at most once.
  std::vector<Change> changes;

  // shown
  std::vector<PlanCheck> checks;
  std::vector<std::string> order_reasons;  // one for each node, may be empty: "serves this connection: last"
  std::string created;                     // UTC timestamp; empty: not dated yet

  std::string hash;  // 64 hex; set by seal()

  [[nodiscard]] std::string short_hash() const { return hash.substr(0, 8); }
  [[nodiscard]] bool opens_all() const { return !reason.empty(); }
  // The change of the node's manifest; nullptr: the node is only watched.
  [[nodiscard]] const ManifestChange* change_of(const NodePlan& node) const;
  [[nodiscard]] bool is_changed(const NodePlan& node) const { return change_of(node) != nullptr; }
  [[nodiscard]] bool swaps(const NodePlan& node) const;
  [[nodiscard]] bool finishes_restore(const NodePlan& node) const;
  [[nodiscard]] bool finishes_confirm(const NodePlan& node) const;
  // Only the configuration file is written there.
  [[nodiscard]] bool only_places(const NodePlan& node) const;
  // Whether any node is changed in this way.
  [[nodiscard]] bool has(ManifestChange::Kind kind) const;
  // The hashes of the manifest before and after this plan changes the node; they are equal where the node is
  // only watched.
  [[nodiscard]] const std::string& sha256_at_start(const NodePlan& node) const;
  [[nodiscard]] const std::string& sha256_at_end(const NodePlan& node) const;
  [[nodiscard]] std::size_t changing_nodes() const;
  // The entry of the node in `skipped`; nullptr: it is not skipped.
  [[nodiscard]] const SkippedNode* skipped_node(const std::string& name) const;
  // Whether a skipped node keeps what the plan would have changed, so that the run cannot reach its aim.
  [[nodiscard]] bool leaves_a_node() const;
  // Removes the change of the node, which is then only watched. Does not seal the plan.
  void leave_alone(const NodePlan& node);

  // The writes to the API in the list, each with the number of manifests that are changed before it.
  struct ObjectTurn {
    const ObjectChange* change = nullptr;
    std::size_t after_manifests = 0;
  };
  [[nodiscard]] std::vector<ObjectTurn> object_changes() const;
  // The write to the object; nullptr: there is none.
  [[nodiscard]] const ObjectChange* change_of(const facts::ObjectReference& object) const;

  // Puts the changes of manifests into the order of `nodes`. A write to the API keeps its place in the list.
  void follow_nodes();

  [[nodiscard]] bool changes_nothing() const { return changes.empty(); }
  // Whether it makes a change again that a rollback had undone.
  [[nodiscard]] bool redoes() const { return relation == Relation::undoes && direction == Direction::apply; }
};

// The reason in Plan::order_reasons of a node in trouble (is_struggling).
inline constexpr std::string_view worst_first = "worst first";

// Computes and sets the hash. Whoever changes a part that decides must call it again.
void seal(Plan& plan);

// The bytes of plan.json (docs/schema/).
[[nodiscard]] std::string to_json(const Plan& plan);
// Reads such bytes; `file` is for messages. Errors: not_a_plan, for another schema, an unknown or missing
// value, or changes that do not match the nodes; plan_edited, where the hash is not that of the contents.
[[nodiscard]] Result<Plan> from_json(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::plan
