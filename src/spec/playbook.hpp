// A playbook: what is to change, without the nodes on which it changes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/window.hpp"
#include "spec/approvals.hpp"
#include "spec/hooks.hpp"
#include "util/result.hpp"

namespace nightlatch::spec {

struct ExtraPath {
  std::string path;
  std::string owner;
  std::string reason;
  std::string expires;  // YYYY-MM-DD
};

struct Gates {
  int consecutive = 3;                  // answers 200 of /readyz in a row; 1-20
  std::chrono::seconds interval{5};     // between two rounds of questions; 1-60
  std::chrono::seconds soak{30};        // for which all gates must hold without a break; 0-3600
  std::chrono::seconds canary_soak{0};  // of the first node, when longer than soak
  std::chrono::seconds timeout{300};    // from the swap until all gates hold; 30-3600
};

// The guard on the node.
struct Rollback {
  std::chrono::seconds lease{120};              // until the guard restores; the run renews it; 30-3600
  std::optional<std::chrono::seconds> ceiling;  // nullopt: plan/estimate computes it
};

// What happens with a probe of the kubelet that the API server would answer with 401.
enum class RefusedProbes { refuse, tcp_socket };

// What happens with --oidc-* arguments that stand only in kubeadm's configuration.
enum class KubeadmOidc { refuse, drop };

struct Playbook {
  std::string name;
  std::vector<std::string> profiles{"health-only"};
  std::vector<ExtraPath> paths;
  std::string config_directory = "/etc/kubernetes/nightlatch/config";
  RefusedProbes probes = RefusedProbes::refuse;
  std::vector<std::string> order;  // node names, first to last; empty: nightlatch chooses (auto)
  Gates gates;
  Rollback rollback;
  bool persist_kubeadm_config = true;  // the ConfigMap kubeadm-config is changed, too
  KubeadmOidc kubeadm_oidc = KubeadmOidc::refuse;
  Approvals approvals;
  calendar::WindowRules window;
  Hooks hooks;
};

// What `nightlatch rollback --to-open` carries out, with the default gates and guard. Its one profile,
// "open", lets anonymous requests in on every path, and no playbook of a person may name it.
inline constexpr std::string_view open_profile = "open";
[[nodiscard]] Playbook opening_playbook();

// `file` is for messages. Errors, each with line and column and, where one is close, "did you mean": those of
// parse_document and check (section.hpp); listed_twice; those of access::combine.
[[nodiscard]] Result<Playbook> parse_playbook(std::string_view bytes, std::string_view file);

struct ShippedPlaybook {
  std::string_view name;
  std::string_view bytes;
};
// The files of playbooks/, embedded when nightlatch is built.
[[nodiscard]] const std::vector<ShippedPlaybook>& shipped_playbooks();

}  // namespace nightlatch::spec
