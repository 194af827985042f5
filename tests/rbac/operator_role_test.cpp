// The shipped role of a person who runs nightlatch: it grants each right that a run needs, and none besides.
#include "rbac/operator_role.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rbac/errors.hpp"
#include "rbac/evaluator.hpp"
#include "rbac/rbac_text.hpp"
#include "rbac/yaml_text.hpp"

namespace nightlatch::rbac {
namespace {

using testing::HasSubstr;

OperatorRole role_of_ana() {
  return operator_role(read_operator({"user", "ana"}).value());
}

TEST(OperatorRole, GrantsEachRightAndNothingToAnybodyElse) {
  Objects objects = read_or_fail(role_of_ana().yaml);
  Evaluator evaluator(objects);
  for (const OperatorRight& right : operator_rights()) {
    EXPECT_TRUE(evaluator.allows({"ana", {}}, right.request)) << right_text(right.request);
    EXPECT_FALSE(evaluator.allows({"bob", {}}, right.request)) << right_text(right.request);
    EXPECT_TRUE(right.consequence.ends_with('.')) << right.consequence;
  }
}

// Each verb of each rule, one by one, is one that the table has: what is asked beside the rights is answered
// no.
TEST(OperatorRole, GrantsNothingThatNoRightNeeds) {
  Objects objects = read_or_fail(role_of_ana().yaml);
  Evaluator evaluator(objects);
  std::set<std::string> needed{"get /healthz", "get /livez",
                               "create selfsubjectaccessreviews.authorization.k8s.io"};
  for (const OperatorRight& right : operator_rights()) needed.insert(right_text(right.request));
  std::size_t asked = 0;
  for (const char* verb : {"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection",
                           "bind", "escalate", "impersonate", "*"}) {
    for (const auto& [group, resource] : std::vector<std::pair<std::string, std::string>>{
             {"", "nodes"},
             {"", "secrets"},
             {"", "configmaps"},
             {"", "namespaces"},
             {"", "pods"},
             {"coordination.k8s.io", "leases"},
             {"apps", "daemonsets"},
             {"authentication.k8s.io", "selfsubjectreviews"},
             {"authorization.k8s.io", "selfsubjectaccessreviews"},
             {"authorization.k8s.io", "subjectaccessreviews"},
             {"rbac.authorization.k8s.io", "clusterroles"}}) {
      for (const char* name : {"", "kubeadm-config", "nightlatch", "kube-system", "kube-scheduler",
                               "kube-controller-manager", "kured", "other"}) {
        for (const char* name_space : {"", "kube-system", "default"}) {
          Request request{RequestKind::resource, verb, "", group, resource, "", name, name_space};
          if (!evaluator.allows({"ana", {}}, request)) continue;
          ++asked;
          // A cluster-wide right holds in every namespace, and one without a name for every name.
          Request plain = request;
          if (resource == "nodes" || resource.starts_with("self")) plain.name = plain.name_space = "";
          if (resource == "namespaces") plain.name_space = "";
          if (resource == "leases" && request.verb == "create") plain.name = "";
          EXPECT_TRUE(needed.contains(right_text(plain))) << right_text(request);
        }
      }
    }
  }
  EXPECT_GE(asked, 12U);
  for (const char* path : {"/", "/api", "/logs", "/metrics/slis", "/debug/pprof", "/readyz/ping"})
    EXPECT_FALSE(evaluator.allows({"ana", {}}, request_of("GET", path))) << path;
}

// A name that is also the name of a place in the template stays a name.
TEST(OperatorRole, ANameIsNeverFilledItself) {
  Objects objects = read_or_fail(operator_role(read_operator({"user", "@SUBJECT@"}).value()).yaml);
  Evaluator evaluator(objects);
  for (const OperatorRight& right : operator_rights()) {
    EXPECT_TRUE(evaluator.allows({"@SUBJECT@", {}}, right.request)) << right_text(right.request);
  }
}

TEST(OperatorRole, IsForAUserAGroupOrAServiceAccountAndNotForEverybody) {
  EXPECT_EQ(role_of_ana().binding, "nightlatch:operator:user:ana");
  OperatorRole group = operator_role(read_operator({"group", "night shift"}).value());
  EXPECT_THAT(group.binding, HasSubstr("nightlatch:operator:group:night-shift-"));
  EXPECT_THAT(group.yaml, HasSubstr("- kind: Group\n"));
  OperatorRole account = operator_role(read_operator({"serviceaccount", "ops/roller"}).value());
  EXPECT_EQ(account.binding, "nightlatch:operator:serviceaccount:ops:roller");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"anonymous"},
                                             {"group", "system:authenticated"},
                                             {"group", "system:unauthenticated"},
                                             {"user", ""}}) {
    auto refused = read_operator(words);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code.number, rbac_errors::not_a_grantee.number);
  }
}

}  // namespace
}  // namespace nightlatch::rbac
