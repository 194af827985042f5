// What somebody has in hand when a request was refused: the answer's body, a line of kubectl, of the audit
// log or of kube-apiserver's own log, or a status and a URL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rbac/request.hpp"
#include "util/result.hpp"

namespace nightlatch::rbac {

// Who wrote the words.
enum class Speaker {
  kubernetes,          // a Status, or kubectl's line about one
  audit_log,           // an event of the audit log
  server_log,          // kube-apiserver's own log
  kubelet_or_proxy,    // "Forbidden (user=…": the kubelet, or kube-rbac-proxy
  controller_runtime,  // "Authorization denied for user …": the metrics filter of controller-runtime
  unknown,             // "Unauthorized" alone, or a status and a URL
};

struct Refusal {
  Speaker speaker = Speaker::unknown;
  int code = 0;        // of HTTP; 0: not said
  std::string user{};  // empty: not said
  std::vector<std::string> groups{};
  std::optional<Request> request{};
  std::string host{};          // of the URL, with its port; empty: not said
  std::string words{};         // the message, whole
  std::string missing_role{};  // "clusterrole.rbac.authorization.k8s.io \"x\" not found"
  std::string token_words{};   // what kube-apiserver logged about a token
  std::string decision{};      // of the audit log: allow, forbid
  std::string reason{};        // of the audit log
  std::string impersonator{};  // of the audit log: who acted as `user`
};

// Reads all that the text says. Error: not_a_refusal, when it says nothing of the kind.
[[nodiscard]] Result<Refusal> read_refusal(std::string_view text, const std::string& file);

// The number of NL3112, when the text is such a code or an error message that begins with one; 0: it is not.
[[nodiscard]] int catalogue_number(std::string_view text);

}  // namespace nightlatch::rbac
