// The keys of `approvals`, which an inventory and a playbook have alike.
#pragma once

#include "spec/field.hpp"

namespace nightlatch::spec {

inline constexpr std::array<std::string_view, 2> self_approval_words{"deny", "allow"};
inline constexpr long most_approvals = 20;

constexpr Field approvals_field(std::string_view path) {
  return {.path = path,
          .type = Type::object,
          .doc =
              "Who must approve a plan before `apply` carries it out (docs/change-window.md). Inventory, "
              "playbook and command line may each demand it, and none takes away what another demands."};
}

constexpr Field required_approvals_field(std::string_view path, std::string_view doc) {
  return {.path = path, .type = Type::integer, .fallback = "0", .min = 0, .max = most_approvals, .doc = doc};
}

constexpr Field allowed_signers_field(std::string_view path) {
  return {.path = path,
          .doc =
              "The file that names who may approve and with which keys, as ssh-keygen(1) describes it. "
              "Where several files are named, an approval must be good by each."};
}

constexpr Field self_approval_field(std::string_view path) {
  return {.path = path,
          .type = Type::choice,
          .fallback = "deny",
          .choices = self_approval_words,
          .doc = "Whether the approval of the person who applies the plan counts."};
}

}  // namespace nightlatch::spec
