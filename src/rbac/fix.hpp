// The least that lets a refused request pass, ready to paste, and what else it would open.
#pragma once

#include <string>
#include <vector>

#include "rbac/objects.hpp"
#include "rbac/request.hpp"

namespace nightlatch::rbac {

struct Fix {
  std::string text{};     // a sentence
  std::string command{};  // empty: none
  std::string yaml{};     // for kubectl apply; empty: none
  std::string opens{};    // what else it opens; empty: nothing
};

// A ClusterRole or Role with exactly the rule that the request needs, and its binding to the subject. Of a
// request about a namespace both are in it.
[[nodiscard]] std::string grant_yaml(const Request& request, const Subject& subject);

// The subject that a name of a user means: User, or ServiceAccount.
[[nodiscard]] Subject subject_named(const std::string& user);

// For somebody who was let in and not allowed.
[[nodiscard]] std::vector<Fix> fixes_for_user(const Request& request, const std::string& user);
// For a request without credentials that was let in and not allowed.
[[nodiscard]] std::vector<Fix> fixes_for_anonymous(const Request& request);
// For a path that is closed without credentials.
[[nodiscard]] std::vector<Fix> fixes_for_conditions(const std::string& path);

// Whether kube-apiserver serves the group itself; others are custom resources or aggregated APIs.
[[nodiscard]] bool is_built_in(std::string_view api_group);

// "get /metrics", "list pods in the namespace web".
[[nodiscard]] std::string request_text(const Request& request);

}  // namespace nightlatch::rbac
