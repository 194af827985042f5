// The protocol between a run and a node: docs/protocol.md as types. The node's script (agent.sh) and the
// simulator's node speak it word for word.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/node_facts.hpp"

namespace nightlatch::node {

// Where a node is on its way through a run; the node's state file holds it.
enum class Step {
  idle,
  staged,
  cleaned,
  armed,
  swapped,
  restarted,
  gated,
  soaked,
  confirmed,
  restoring,
  restored,
  foreign,
};
[[nodiscard]] std::string_view name(Step step);
[[nodiscard]] std::optional<Step> step_named(std::string_view name);

enum class Verb {
  state,
  place,
  stage,
  clean,
  arm,
  renew,
  rehearse,
  swap,
  mark,
  confirm,
  restore,
  settle,
  await,
  evidence
};
[[nodiscard]] std::string_view name(Verb verb);

// Verbs of agent.sh that no Request carries: reading a node's facts, and what the guard on the node does.
inline constexpr std::array<std::string_view, 4> script_only_verbs{"facts", "expire", "check", "guard"};

// A guard that restored alone could look at bytes and processes, not ask the gates.
inline constexpr std::string_view not_gated = "not-gated";

struct Request {
  Verb verb = Verb::state;
  std::string run;
  std::uint64_t epoch = 1;
  std::string manifest_path;  // every verb but evidence checks or acts on it
  std::string before_sha256;  // stage, arm, swap, restore
  std::string after_sha256;
  std::string manifest_before;      // stage: bytes
  std::string manifest_after;       // stage: bytes
  std::string config_path;          // place: where the config file goes
  std::string config;               // place: its bytes
  std::string config_owner;         // place: uid:gid; empty: that of the API server's key
  std::string config_mode;          // place: octal, "640"; empty: that
  std::string plan;                 // stage: plan.json, so that another workstation can take over
  Step to = Step::idle;             // mark: restarted, gated or soaked
  std::chrono::seconds lease{0};    // arm, renew: the deadline, from now, on the node's own monotonic clock
  std::chrono::seconds ceiling{0};  // arm: what no renewal goes beyond, from now
  std::string known_pod;            // await: PodView::identity() seen before the swap or restore
  std::chrono::seconds wait{0};     // await: at most this long
  // confirm: the config files that kubeadm-config names; nullopt: not known, so none is removed
  std::optional<std::vector<std::string>> kubeadm_names{};
  bool addresses = false;  // state: those of the machine's interfaces are asked for, too
};

struct NodeState {
  Step step = Step::idle;
  std::string run;
  std::uint64_t epoch = 0;
  std::string manifest_sha256;   // of the file as it is now; empty: missing
  std::int64_t deadline_in = 0;  // seconds; only while armed … soaked
  std::string note;              // `not_gated`: restored by the guard alone
};

enum class ReplyKind {
  ok,       // done now, or done before by the same run and epoch
  refused,  // a precondition did not hold; nothing was changed; `why` and `state` tell
  lost,     // no answer: whether it was done is unknown
};

struct Reply {
  ReplyKind kind = ReplyKind::lost;
  NodeState state;
  facts::PodView pod;                  // await, state, renew
  std::vector<std::string> lines;      // evidence
  std::vector<std::string> addresses;  // state: no loopback's
  std::string why;                     // without the node's name
};

// One node as the run sees it. The real one is RemoteNode, the other is the simulator's.
class NodePort {
 public:
  NodePort() = default;
  virtual ~NodePort() = default;
  NodePort(const NodePort&) = delete;
  NodePort& operator=(const NodePort&) = delete;

  [[nodiscard]] virtual Reply call(const Request& request) = 0;
};

}  // namespace nightlatch::node
