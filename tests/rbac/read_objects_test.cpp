#include "rbac/read_objects.hpp"

#include <gmock/gmock.h>

#include "rbac/errors.hpp"
#include "rbac/rbac_text.hpp"

namespace nightlatch::rbac {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// "file:line:column message"
std::string told(const Result<Objects>& read) {
  if (read) return "it was read";
  const Error& error = read.error();
  if (!error.place) return error.message;
  return fmt::format("{}:{}:{} {}", error.place->file, error.place->line, error.place->column, error.message);
}

std::string refused(std::string_view text) {
  return told(read_objects(text, "f"));
}

constexpr std::string_view role =
    R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"a","labels":{"k":"v"}},)"
    R"("aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"x":"y"},)"
    R"("matchExpressions":[{"key":"k","operator":"In","values":["v"]}]}]},)"
    R"("rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["p"]},)"
    R"({"verbs":["get"],"nonResourceURLs":["/metrics"]}]})";

TEST(ReadObjects, TakesEveryFieldThatDecides) {
  Objects objects = read_or_fail(role);
  ASSERT_EQ(objects.roles.size(), 1U);
  const Role& read = objects.roles[0];
  EXPECT_EQ(read.name, "a");
  EXPECT_EQ(read.scope, Scope::cluster);
  EXPECT_THAT(read.labels, ElementsAre(Pair("k", "v")));
  ASSERT_EQ(read.rules.size(), 2U);
  EXPECT_EQ(read.rules[0], (PolicyRule{{"get"}, {""}, {"pods"}, {"p"}, {}}));
  EXPECT_EQ(read.rules[1], (PolicyRule{{"get"}, {}, {}, {}, {"/metrics"}}));
  ASSERT_EQ(read.aggregates.size(), 1U);
  EXPECT_THAT(read.aggregates[0].match_labels, ElementsAre(Pair("x", "y")));
  EXPECT_EQ(read.aggregates[0].match_expressions, (std::vector<LabelRequirement>{{"k", "In", {"v"}}}));
  EXPECT_TRUE(objects.seen.cluster_roles);
  EXPECT_FALSE(objects.seen.roles);
}

TEST(ReadObjects, TakesWhatKubectlPrintsInYaml) {
  Objects objects = read_or_fail(kubeadm_cluster);
  EXPECT_EQ(objects.roles.size(), 4U);
  ASSERT_EQ(objects.bindings.size(), 4U);
  const Binding& last = objects.bindings[3];
  EXPECT_EQ(last.scope, Scope::name_space);
  EXPECT_EQ(last.name_space, "kube-public");
  EXPECT_EQ(last.role, (RoleReference{"Role", "kubeadm:bootstrap-signer-clusterinfo"}));
  EXPECT_EQ(last.subjects,
            (std::vector<Subject>{{"User", "rbac.authorization.k8s.io", "system:anonymous", ""}}));
}

TEST(ReadObjects, TakesSingleObjectsListsAndSeveralDocuments) {
  std::string other =
      R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"b","namespace":"n"}})";
  std::string one(role);
  for (const std::string& text :
       {one + "\n" + other, "[" + one + "," + other + "]", "\xEF\xBB\xBF" + one + other,
        R"({"items":[)" + one + "," + other + R"(],"kind":"List"})",
        "---\n" + one + "\n---\n" + other + "\n---\n", "- " + one + "\n- " + other + "\n"}) {
    EXPECT_EQ(read_or_fail(text).roles.size(), 2U) << text;
  }
}

TEST(ReadObjects, TakesTheApisOwnListWhoseItemsHaveNoKind) {
  Objects objects = read_or_fail(
      R"({"kind":"ClusterRoleBindingList","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"resourceVersion":"1"},)"
      R"("items":[{"metadata":{"name":"a"},"subjects":null,"roleRef":{"apiGroup":"x","kind":"ClusterRole","name":"r"}}]})");
  ASSERT_EQ(objects.bindings.size(), 1U);
  EXPECT_THAT(objects.bindings[0].subjects, IsEmpty());
}

TEST(ReadObjects, CountsOtherKindsAndLeavesThemOut) {
  Objects objects = read_or_fail(
      std::string(role) + R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"s"}})" +
      R"({"apiVersion":"authorization.openshift.io/v1","kind":"ClusterRole","metadata":{"name":"o"},"rules":7})");
  EXPECT_EQ(objects.others, 2U);
  EXPECT_EQ(objects.roles.size(), 1U);
}

TEST(ReadObjects, TakesAnEqualObjectOnceAndRefusesAnotherOne) {
  std::string one(role);
  EXPECT_EQ(read_or_fail(one + one).roles.size(), 1U);
  std::string other = one;
  other.replace(other.find("/metrics"), 8, "/version");
  auto read = read_objects(one + "\n" + other, "f");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code.number, rbac_errors::two_versions.number);
  EXPECT_EQ(told(read), "f:2:1 ClusterRole a stands in f twice, with different contents");
}

TEST(ReadObjects, SaysWhereATypeIsWrong) {
  EXPECT_EQ(refused(R"({"kind":"Role","metadata":{"name":"a","namespace":"n"},"rules":{"verbs":[]}})"),
            "f:1:64 rules is an object, and must be a list");
  EXPECT_EQ(refused("kind: ClusterRole\nmetadata:\n  name: a\nrules:\n- verbs: get\n"),
            "f:5:10 rules[0].verbs is a string, and must be a list");
  EXPECT_EQ(refused("kind: ClusterRole\nmetadata:\n  name: ä\nrules:\n- verbs: [get, 7]\n"),
            "f:5:16 rules[0].verbs[1] is a number, and must be a string");
  EXPECT_EQ(refused("kind: ClusterRole\nmetadata:\n  name: yes\n"),
            "f:3:9 metadata.name is a boolean, and must be a string");
  EXPECT_EQ(refused("kind: RoleBinding\nmetadata:\n  name: a\n"), "f:3:3 metadata.namespace is missing");
  EXPECT_EQ(refused("kind: ClusterRoleBinding\nmetadata:\n  name: a\n"), "f:1:1 the binding has no roleRef");
  EXPECT_EQ(refused("metadata:\n  name: a\n"), "f:1:1 the object has no kind");
  auto read = read_objects(R"(["x"])", "f");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code.number, rbac_errors::wrong_type.number);
  EXPECT_EQ(told(read), "f:1:2 an object is expected in the list");
}

TEST(ReadObjects, SaysWhereATextIsNeitherJsonNorYaml) {
  EXPECT_EQ(refused(""), "f is empty: the command that should write it has perhaps failed");
  EXPECT_EQ(refused(" \n"), "f is empty: the command that should write it has perhaps failed");
  EXPECT_EQ(refused(R"({"items":[{"kind":"a"})"),
            "f:1:23 this is not JSON: a comma or ] is expected, but the text ends here");
  EXPECT_EQ(refused("{\"kind\" 7}"), "f:1:9 this is not JSON: a colon is expected");
  EXPECT_EQ(refused("{\"kind\":nul}"),
            "f:1:12 this is not JSON: invalid character '}' in literal null (expecting 'l')");
  EXPECT_EQ(refused("{\"a\":1 \"b\":2}"), "f:1:8 this is not JSON: a comma or } is expected");
  EXPECT_EQ(refused("NAME    ROLE           AGE\nci-temp ClusterRole/a  3d\n"),
            "f:1:1 an object is expected, as kubectl prints it with -o json or -o yaml");
  EXPECT_EQ(refused("kind: a\n\tname: b\n"),
            "f:2:1 this is not YAML: found a tab character that violates indentation");
  EXPECT_EQ(refused("a: &x 1\nb: *x\n"), "f:1:4 an anchor (&name) is not read here");
  EXPECT_EQ(refused("a: *x\n"), "f:1:4 an alias (*name) is not read here");
  EXPECT_EQ(refused("a: !!str 1\n"), "f:1:4 a tag (!type) is not read here");
  EXPECT_EQ(refused("a: 1\na: 2\n"), "f:2:1 the key \"a\" is written twice");
  auto read = read_objects("[[", "f");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code.number, rbac_errors::not_readable.number);
}

TEST(ReadObjects, RefusesWhatHoldsNone) {
  auto read = read_objects("apiVersion: v1\nkind: List\nitems: []\n", "f");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code.number, rbac_errors::no_objects.number);
  EXPECT_EQ(told(read), "f holds no object of ClusterRole, ClusterRoleBinding, Role or RoleBinding");
  EXPECT_EQ(
      refused("kind: Pod\napiVersion: v1\n"),
      "f holds no object of ClusterRole, ClusterRoleBinding, Role or RoleBinding: it has 1 of other kinds");
}

TEST(ReadObjects, IsBounded) {
  std::string deep(1'000, '[');
  EXPECT_EQ(refused("{\"a\":" + deep), "f:1:507 this is not JSON: exceeded max depth");
  EXPECT_EQ(refused("a: " + deep), "f:1:68 more than 64 levels of nesting");
  std::string wide = "x:\n";
  for (int i = 0; i < 6'000; ++i) wide += fmt::format("  k{}: 1\n", i);
  EXPECT_EQ(refused(wide), "f:5002:3 more than 5000 fields in one object");
}

}  // namespace
}  // namespace nightlatch::rbac
