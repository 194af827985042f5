// The protocol between a run and a node: docs/protocol.md as types. The node's script (agent.sh) and the
// simulator's node use the same names, which tests/node/protocol_test.cpp compares.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/node_facts.hpp"
#include "facts/steps.hpp"

namespace nightlatch::node {

// How far a node is in a run, as the node's state file says. facts/steps.hpp explains the steps.
using Step = facts::ProtocolStep;
using facts::name;

// What a node is asked to do: the rows of the table in docs/protocol.md.
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
// The name in the protocol: "state", "place" and so on.
[[nodiscard]] std::string_view name(Verb verb);

// Verbs of agent.sh that no Request has: reading a node's facts, and what the guard on the node does.
inline constexpr std::array<std::string_view, 4> script_only_verbs{"facts", "expire", "check", "guard"};

// NodeState::note of a node that its guard restored without a run: the guard checked bytes and processes and
// could not ask the gates.
inline constexpr std::string_view not_gated = "not-gated";
// NodeState::note of a node at `restoring` whose guard was told by a person, on the node, to restore at once.
// That request took the run over, as one with a newer epoch does.
inline constexpr std::string_view by_hand = "by-hand";

// A request to a node. A verb reads the fields that name it, and ignores the others.
struct Request {
  Verb verb = Verb::state;
  std::string run;
  std::uint64_t epoch = 1;
  std::string manifest_path;        // absolute; every verb but evidence uses it
  std::string before_sha256;        // of the manifest, 64 hex digits: stage, arm, swap, restore
  std::string after_sha256;         // the same
  std::string manifest_before;      // stage: bytes; restore: the same, for a node whose backup is damaged
  std::string manifest_after;       // stage: bytes
  std::string config_path;          // place: where the config file goes
  std::string config;               // place: its bytes
  std::string config_owner;         // place: uid:gid; empty: that of /etc/kubernetes/pki/apiserver.key
  std::string config_mode;          // place: octal, "640"; empty: 640
  std::string plan;                 // stage: plan.json, so that another workstation can take over
  Step to = Step::idle;             // mark: restarted, gated or soaked
  std::chrono::seconds lease{0};    // arm, renew: the deadline from now on, by the node's uptime
  std::chrono::seconds ceiling{0};  // arm: no renewal moves the deadline beyond this, from now on
  std::string known_pod;            // await: PodView::identity() seen before the swap or restore
  std::chrono::seconds wait{0};     // await: at most this long
  // confirm: the config files that kubeadm-config names; nullopt: they are not known, so no file is removed
  std::optional<std::vector<std::string>> kubeadm_names{};
  bool addresses = false;  // state: the reply is to have the addresses of the node's interfaces
  bool pod = true;  // state: the reply is to have the API server's pod, which the container runtime knows
};

// Whether the calls of a swap are tried on the node, with files of their own that are removed at once.
enum class SwapTrial { no, yes };

// What a reader of a node's facts wants beside those that every command needs.
struct FactsRequest {
  std::string asked_file{};  // an absolute path, whose file is reported, too; may be empty
  SwapTrial trial = SwapTrial::no;
};

// The node's state file and manifest after the verb.
struct NodeState {
  Step step = Step::idle;
  std::string run;
  std::uint64_t epoch = 0;
  std::string manifest_sha256;   // of the file as it is now; empty: missing; "unreadable": not readable
  std::int64_t deadline_in = 0;  // seconds, negative when it has passed; only from armed to soaked
  std::string note;  // `not_gated`, `by_hand`, or "not-running": and kube-apiserver does not run; else empty
};

enum class ReplyKind {
  ok,       // the node has done it now, or had done it before for the same run
  refused,  // a precondition did not hold and nothing was changed; see `why` and `state`
  lost,     // there was no complete answer: whether the node has done it is unknown
};

struct Reply {
  ReplyKind kind = ReplyKind::lost;
  NodeState state;
  facts::PodView pod;                  // await, state, renew
  std::vector<std::string> lines;      // evidence
  std::vector<std::string> addresses;  // state: canonical, without loopback addresses
  std::string why;                     // of refused and lost, one line without the node's name
  // Keys that this version does not know, each once, at most 20: the script on the node is another version's.
  std::vector<std::string> unknown_keys{};
};

// One control-plane node, as a run uses it: RemoteNode over SSH, and the simulator's node.
class NodePort {
 public:
  NodePort() = default;
  virtual ~NodePort() = default;
  NodePort(const NodePort&) = delete;
  NodePort& operator=(const NodePort&) = delete;

  // Sends the request and waits for the reply. Never throws; what goes wrong is Reply::kind. The same request
  // may be sent again: the node does nothing twice.
  [[nodiscard]] virtual Reply call(const Request& request) = 0;
};

}  // namespace nightlatch::node
