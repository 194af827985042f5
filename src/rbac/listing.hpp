// What requests without credentials may do by RBAC, binding by binding.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rbac/danger.hpp"
#include "rbac/defaults.hpp"
#include "rbac/objects.hpp"

namespace nightlatch::rbac {

// A rule as it is bound: in a namespace, or everywhere where that is empty.
struct Grant {
  PolicyRule rule{};
  std::string name_space{};
};

enum class RoleState {
  read,
  dangling,  // there is no such role
  unread,    // the input has no role of this kind at all, so nobody knows
};

struct BoundRole {
  Binding binding{};
  std::vector<std::size_t> reaching{};  // the positions of the subjects it was listed for
  RoleState role = RoleState::read;
  Known known = Known::no;
  Severity severity = Severity::none;
  std::vector<Grant> grants{};           // aggregation included, each once
  std::vector<Danger> dangers{};         // each once, the worst first; of a known binding, too
  std::vector<std::string> reachable{};  // of the paths that stay open, those that it grants
};

// A subject that names one of the two, but as the wrong kind.
struct Misnamed {
  Binding binding{};
  Subject subject{};
};

// A path that authentication lets in, and what RBAC says of GET for it.
struct OpenPath {
  std::string path{};
  std::string granted_by{};  // as the audit log writes it; empty: nothing grants it
};

struct Listing {
  std::vector<BoundRole> anonymous{};      // the worst first, then by name
  std::vector<BoundRole> authenticated{};  // those of system:authenticated that do not reach anonymous, too
  std::vector<Misnamed> misnamed{};
  std::optional<std::vector<OpenPath>> open_paths{};  // nullopt: not asked for
  std::size_t bindings = 0;                           // how many were read
  Seen seen{};
};

// `open_paths`: the conditions of an AuthenticationConfiguration, to compare with what is granted.
[[nodiscard]] Listing list(const Objects& objects, const std::optional<std::vector<std::string>>& open_paths);

// "ClusterRoleBinding a", "RoleBinding b/a".
[[nodiscard]] std::string text_of(const Binding& binding);
// "Group system:unauthenticated", "ServiceAccount b/a".
[[nodiscard]] std::string text_of(const Subject& subject);
// "get list secrets, in the namespace b"; "get /metrics".
[[nodiscard]] std::string text_of(const Grant& grant);

}  // namespace nightlatch::rbac
