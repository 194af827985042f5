// Random sets of RBAC objects, small enough that a request often meets a rule, and requests beside them.
#pragma once

#include <string>
#include <vector>

#include "rbac/objects.hpp"
#include "rbac/request.hpp"

namespace nightlatch::differential {

struct Question {
  rbac::Requester who;
  rbac::Request request;
  std::string method{};  // of a question that is told as an HTTP request
  std::string target{};
};

struct RoleSet {
  rbac::Objects objects;
  std::vector<Question> questions;
};

// The set with this number, always the same.
[[nodiscard]] RoleSet role_set(std::size_t number);

// The objects as kubectl's List, and the whole set as the line that integration/controlplane/authorize reads.
[[nodiscard]] std::string list_json(const rbac::Objects& objects);
[[nodiscard]] std::string line_json(const RoleSet& set);

}  // namespace nightlatch::differential
