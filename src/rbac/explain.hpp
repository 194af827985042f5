// Why a request was refused, and what is the least that changes it. Pure: what is known beside the refusal is
// handed in.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "rbac/evaluator.hpp"
#include "rbac/fix.hpp"
#include "rbac/refusal.hpp"
#include "rbac/token.hpp"

namespace nightlatch::rbac {

enum class Identity { anonymous, service_account, user, node, unknown };
enum class Cause { authentication, authorization, conditions, unknown };

// "anonymous", "serviceaccount", …; "authentication", …
[[nodiscard]] std::string_view name(Identity identity);
[[nodiscard]] std::string_view name(Cause cause);

// What kube-apiserver itself said when it was asked.
struct Reviewed {
  std::string question{};  // "SubjectAccessReview for system:anonymous"
  std::string answer{};    // "allowed: RBAC: allowed by …", "denied"
};

struct Surroundings {
  const Objects* objects = nullptr;                      // of RBAC; nullptr: not given
  std::string objects_file{};                            // their name in a sentence
  std::optional<std::vector<std::string>> open_paths{};  // without credentials; nullopt: not given
  std::string open_paths_from{};                         // "the playbook metrics", "authn.yaml"
  std::optional<TokenSight> token{};                     // that was sent
  bool opaque_token = false;                             // a token was given that says nothing of itself
  std::chrono::system_clock::time_point now{};
  std::vector<Reviewed> reviews{};
  std::optional<bool> review_allows{};  // what the SubjectAccessReview for a question came to
  int status_without_credentials = 0;   // of the path that is asked about; 0: not asked, or no answer
};

struct Explanation {
  Identity identity = Identity::unknown;
  std::string user{};
  Cause cause = Cause::unknown;
  int code = 0;
  std::string path{};              // of the request; empty: not said
  std::string resource{};          // "pods/log"; empty: the request is about none, or it was not said
  std::string title{};             // "403 for system:anonymous on get /metrics"
  std::vector<std::string> why{};  // whole sentences
  std::vector<Fix> fixes{};        // the best first
  std::vector<Reviewed> reviews{};
};

[[nodiscard]] Explanation explain(const Refusal& refusal, const Surroundings& known);

// A question instead of an answer: may somebody do this?
struct Question {
  Requester who{};
  Request request{};
};
// "anonymous", "monitoring/prometheus" for a service account, "group:NAME", or a user's name; a verb; and a
// path or "secrets", "deployments.apps", "pods/log". Error: not_a_question.
[[nodiscard]] Result<Question> read_question(const std::vector<std::string>& words,
                                             const std::string& name_space);

enum class Allows { yes, no, unknown };
[[nodiscard]] std::string_view name(Allows allows);

struct CanExplanation {
  Explanation explanation{};            // code: 200, 401 or 403; 0: not known
  Allows conditions = Allows::unknown;  // whether authentication lets the request in
  Allows rbac = Allows::unknown;
};
[[nodiscard]] CanExplanation explain(const Question& question, const Surroundings& known);

// The groups that come with a name, as far as Kubernetes itself gives them.
[[nodiscard]] Requester requester_named(const std::string& user, std::vector<std::string> groups);
[[nodiscard]] Identity identity_of(const std::string& user);

}  // namespace nightlatch::rbac
