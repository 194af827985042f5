// `nightlatch detect --check-access`: what a roll needs and whether it is allowed; nightlatch.dev/access/v1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/detect.hpp"
#include "report/page.hpp"
#include "util/result.hpp"

namespace nightlatch::report {

enum class Granted { yes, no, unknown };

// One right at the API.
struct AccessRow {
  std::string right;       // "patch configmaps kube-system/kubeadm-config"
  std::string needed_for;  // "to tell kubeadm of the change"
  Granted granted = Granted::unknown;
  bool refuses = false;       // without it a roll is refused; else something is not seen or not done
  std::string consequence{};  // of its absence, a whole sentence
  std::string why_unknown{};
};

// Whether nightlatch logs in to a node and becomes root there.
struct NodeAccess {
  std::string name;
  std::optional<Error> error{};  // why not
};

struct AccessReport {
  ClusterHeader cluster;
  std::string login{};  // "ana [dev ops]"; empty: not known
  std::vector<NodeAccess> nodes{};
  std::vector<AccessRow> rights{};
  std::optional<Error> api_error{};  // there is no kubeconfig to ask with
};

[[nodiscard]] Page page_of(const AccessReport& report);
[[nodiscard]] std::string access_json(const AccessReport& report);
// "yes", "no", "unknown".
[[nodiscard]] std::string_view name(Granted granted);

}  // namespace nightlatch::report
