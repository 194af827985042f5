// A playbook: what to do, not where.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::spec {

struct ExtraPath {
  std::string path;
  std::string owner;
  std::string reason;
  std::string expires;  // YYYY-MM-DD
};

struct Gates {
  int consecutive = 3;                  // /readyz with credentials, in a row; 1-20
  std::chrono::seconds interval{5};     // between two rounds; 1-60
  std::chrono::seconds soak{30};        // all gates hold without a break; 0-3600
  std::chrono::seconds canary_soak{0};  // the first node's soak when longer
  std::chrono::seconds timeout{300};    // from swap to gated; 30-3600
};

// The guard on the node.
struct Rollback {
  std::chrono::seconds lease{120};              // renewed while gates make progress; 30-3600
  std::optional<std::chrono::seconds> ceiling;  // nothing: what plan/estimate computes
};

// What becomes of a kubelet probe that would be answered 401.
enum class RefusedProbes { refuse, tcp_socket };

struct Playbook {
  std::string name;
  std::vector<std::string> profiles{"health-only"};
  std::vector<ExtraPath> paths;
  std::string config_directory = "/etc/kubernetes/nightlatch/config";
  RefusedProbes probes = RefusedProbes::refuse;
  std::vector<std::string> order;  // empty: auto; else node names, first to last
  Gates gates;
  Rollback rollback;
  bool persist_kubeadm_config = true;  // the ConfigMap kubeadm-config is changed too
};

// `file` is for messages. Errors carry file:line:column, a caret and "did you mean"; a key reserved for later
// is exit 3, an unknown one exit 2.
[[nodiscard]] Result<Playbook> parse_playbook(std::string_view bytes, std::string_view file);

struct ShippedPlaybook {
  std::string_view name;
  std::string_view bytes;
};
// Embedded at build from playbooks/.
[[nodiscard]] const std::vector<ShippedPlaybook>& shipped_playbooks();

}  // namespace nightlatch::spec
