// Each refusal that people meet, explained word for word.
#include "rbac/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rbac/errors.hpp"
#include "rbac/rbac_text.hpp"

namespace nightlatch::rbac {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Refusal read(std::string_view text) {
  auto refusal = read_refusal(text, "answer");
  if (!refusal) ADD_FAILURE() << refusal.error().message;
  return refusal ? *refusal : Refusal{};
}

Explanation explained(std::string_view text, const Surroundings& known = {}) {
  return explain(read(text), known);
}

// Title, reasons and the sentences of the fixes, a line each.
std::string told(const Explanation& made) {
  std::string text = made.title + "\n";
  for (const std::string& sentence : made.why) text += sentence + "\n";
  for (const Fix& fix : made.fixes) {
    text += "> " + fix.text + "\n";
    if (!fix.command.empty()) text += "$ " + fix.command + "\n";
    if (!fix.opens.empty()) text += "+ " + fix.opens + "\n";
  }
  return text;
}

// What a guide prints of a controller's /metrics, without credentials and with a token.
constexpr std::string_view without_credentials = R"({
"kind": "Status",
"apiVersion": "v1",
"metadata": {
},
"status": "Failure",
"message": "forbidden: User \"system:anonymous\" cannot get path \"/metrics\"",
"reason": "Forbidden",
"details": {
},
"code": 403
})";
constexpr std::string_view with_a_token = R"({
"kind": "Status",
"apiVersion": "v1",
"metadata": {},
"status": "Failure",
"message": "forbidden: User \"system:serviceaccount:my-namespace:my-serviceaccountname\" cannot get path \"/metrics\"",
"reason": "Forbidden",
"details": {},
"code": 403
})";
constexpr std::string_view unauthorized =
    R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401})";

constexpr std::string_view metrics_opens =
    "+ A ClusterRole has no place: the grant holds for every API that asks this cluster's RBAC about "
    "/metrics, such as "
    "aggregated APIs and controllers behind kube-rbac-proxy.\n";

TEST(Explain, AnonymousMayNotReadMetrics) {
  Explanation made = explained(without_credentials);
  EXPECT_EQ(made.identity, Identity::anonymous);
  EXPECT_EQ(made.cause, Cause::authorization);
  EXPECT_EQ(made.path, "/metrics");
  EXPECT_EQ(told(made),
            "403 for system:anonymous on get /metrics\n"
            "The request carried no credentials, so it became the user system:anonymous of the group "
            "system:unauthenticated. Authentication let it in.\n"
            "Authorization refused it: no binding gives User system:anonymous or Group "
            "system:unauthenticated the right to get "
            "/metrics.\n"
            "A Role cannot give it, because /metrics belongs to no namespace: it takes a ClusterRole and a "
            "ClusterRoleBinding.\n"
            "> Better: let Prometheus ask with the token of its service account, here monitoring/prometheus, "
            "and grant it that "
            "with kubectl apply -f FILE\n"
            "$ nightlatch rbac grant-metrics --to serviceaccount monitoring/prometheus\n" +
                std::string(metrics_opens) +
                "> To open it to everybody who reaches this port: kubectl apply -f FILE, and the path must "
                "be open without "
                "credentials too, or the answer is 401: nightlatch plan -p metrics\n"
                "$ nightlatch plan -p metrics\n" +
                std::string(metrics_opens));
}

TEST(Explain, AServiceAccountMayNotReadMetrics) {
  Explanation made = explained(with_a_token);
  EXPECT_EQ(made.identity, Identity::service_account);
  EXPECT_EQ(made.user, "system:serviceaccount:my-namespace:my-serviceaccountname");
  EXPECT_EQ(told(made),
            "403 for system:serviceaccount:my-namespace:my-serviceaccountname on get /metrics\n"
            "The token was accepted: the request belongs to the service account my-serviceaccountname of the "
            "namespace "
            "my-namespace.\n"
            "Authorization refused it: no binding gives ServiceAccount my-namespace/my-serviceaccountname, "
            "or a group of "
            "it, the right to get /metrics.\n"
            "A Role cannot give it, because /metrics belongs to no namespace: it takes a ClusterRole and a "
            "ClusterRoleBinding.\n"
            "> Grant exactly this with kubectl apply -f FILE\n"
            "$ nightlatch rbac grant-metrics --to serviceaccount my-namespace/my-serviceaccountname\n" +
                std::string(metrics_opens));
  ASSERT_EQ(made.fixes.size(), 1U);
  EXPECT_EQ(made.fixes[0].yaml, R"(apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: "nightlatch-get-metrics"
rules:
- nonResourceURLs: ["/metrics"]
  verbs: ["get"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: "nightlatch-get-metrics"
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: "nightlatch-get-metrics"
subjects:
- kind: ServiceAccount
  name: "my-serviceaccountname"
  namespace: "my-namespace"
)");
}

// The grant that is printed lets exactly the refused request pass.
TEST(Explain, WhatItPrintsGrantsWhatWasRefused) {
  for (std::string_view text :
       {with_a_token,
        std::string_view(
            R"(Error from server (Forbidden): pods "web-0" is forbidden: User "ana" cannot get resource )"
            R"("pods/log" in API group "" in the namespace "web")"),
        std::string_view(
            R"(Error from server (Forbidden): deployments.apps is forbidden: User "ana" cannot list )"
            R"(resource "deployments" in API group "apps" at the cluster scope)"),
        std::string_view(R"(forbidden: User "odd \"name\"" cannot get path "/a b")")}) {
    Refusal refusal = read(text);
    Explanation made = explain(refusal, {});
    ASSERT_EQ(made.fixes.size(), 1U) << text;
    Objects objects = read_or_fail(made.fixes[0].yaml);
    Evaluator evaluator(objects);
    Requester who = requester_named(refusal.user, {});
    EXPECT_TRUE(evaluator.allows(who, *refusal.request)) << made.fixes[0].yaml;
    EXPECT_FALSE(evaluator.allows(who, request_of("GET", "/version"))) << text;
    EXPECT_FALSE(evaluator.allows(anonymous_requester(), *refusal.request)) << text;
  }
}

TEST(Explain, AfterLockdownThePathIsClosed) {
  Surroundings known;
  known.open_paths = std::vector<std::string>{"/healthz", "/livez", "/readyz"};
  known.open_paths_from = "the playbook health-only";
  std::string text = std::string(unauthorized) + "\n401 https://10.0.0.11:6443/version\n";
  Explanation made = explained(text, known);
  EXPECT_EQ(made.identity, Identity::unknown);
  EXPECT_EQ(made.cause, Cause::conditions);
  EXPECT_EQ(told(made),
            "401 on get /version\n"
            "Authentication refused the request before RBAC was asked, so no role changes it.\n"
            "By the playbook health-only these paths are open without credentials: /healthz, /livez, "
            "/readyz. /version is "
            "none of them, so a request without credentials is answered 401 there, whatever RBAC grants.\n"
            "> Send credentials: then the conditions do not apply\n"
            "$ kubectl get --raw /version\n");
  made = explained("401 https://10.0.0.11:6443/livez", known);
  EXPECT_EQ(made.cause, Cause::authentication);
  EXPECT_THAT(made.why.back(), HasSubstr("So a credential was sent, and the API server does not know it"));
}

TEST(Explain, AloneA401HasTwoReasons) {
  EXPECT_EQ(told(explained(unauthorized)),
            "401\n"
            "Authentication refused the request before RBAC was asked, so no role changes it.\n"
            "Either no credentials were sent and the path is closed without them, or those that were sent "
            "are not valid "
            "here: a token that has expired, is for another audience, or is of another cluster. The answer "
            "is the same.\n"
            "> Log in again, or make a new token, and see who the API server takes you for\n"
            "$ kubectl auth whoami\n");
  for (std::string_view line :
       {"error: You must be logged in to the server (Unauthorized)", "Unauthorized",
        "error: You must be logged in to the server (the server has asked for the client to "
        "provide credentials)",
        "HTTP/2 401"}) {
    Explanation made = explained(line);
    EXPECT_EQ(made.code, 401) << line;
    EXPECT_EQ(made.cause, Cause::authentication) << line;
  }
}

// {"iss":"https://kubernetes.default.svc.cluster.local","sub":"system:serviceaccount:monitoring:prometheus",
//  "aud":[AUDIENCE],"exp":1785000000}; the signature says nothing here.
TokenSight token_for(const std::string& audience) {
  return {.issuer = "https://kubernetes.default.svc.cluster.local",
          .subject = "system:serviceaccount:monitoring:prometheus",
          .audiences = {audience},
          .expires = 1'785'000'000,
          .not_before = {}};
}

TEST(Explain, AStaleTokenAndOneForSomebodyElse) {
  Surroundings known;
  known.token = token_for("https://kubernetes.default.svc.cluster.local");
  known.now = std::chrono::system_clock::time_point(std::chrono::seconds(1'785'010'800));
  Explanation made = explained(unauthorized, known);
  EXPECT_EQ(made.identity, Identity::service_account);
  EXPECT_EQ(
      told(made),
      "401 for system:serviceaccount:monitoring:prometheus\n"
      "Authentication refused the request before RBAC was asked, so no role changes it.\n"
      "The token of the service account monitoring/prometheus expired at 2026-07-25T17:20:00Z, 3 h ago.\n"
      "> Make a new token for the service account; in a pod, read the projected file again for each request\n"
      "$ kubectl create token prometheus -n monitoring\n");
  known.now -= std::chrono::hours(24);
  known.token = token_for("vault");
  EXPECT_THAT(
      explained(unauthorized, known).why.back(),
      "The token of the service account monitoring/prometheus is for the audience vault. kube-apiserver "
      "takes "
      "tokens for its own audience alone, which is its issuer unless --api-audiences says otherwise.");
  known.token = token_for("https://kubernetes.default.svc.cluster.local");
  EXPECT_THAT(explained(unauthorized, known).why.back(), HasSubstr("So it was signed by another cluster"));
  known.token->not_before = 1'785'000'000;
  EXPECT_THAT(explained(unauthorized, known).why.back(), HasSubstr("which is not yet: compare the clocks"));
}

TEST(Explain, WhatKubeApiserverLoggedOfAToken) {
  Explanation made =
      explained(R"(E0930 16:27:46.175827       1 authentication.go:73] "Unable to authenticate the request" )"
                R"(err="[invalid bearer token, service account token has expired]")");
  EXPECT_EQ(made.code, 401);
  EXPECT_EQ(made.why.back(),
            "The token has expired. kube-apiserver logged: [invalid bearer token, service account token has "
            "expired]");
  made = explained(
      R"("Unable to authenticate the request" err="verifying certificate failed: x509: certificate signed by unknown authority")");
  EXPECT_THAT(made.why.back(), HasSubstr("issued by a CA that this API server does not trust"));
}

TEST(Explain, AnAggregatedApi) {
  Explanation made = explained(
      R"(Error from server (Forbidden): nodes.metrics.k8s.io is forbidden: User "ana" cannot list resource "nodes" in API )"
      R"(group "metrics.k8s.io" at the cluster scope)");
  EXPECT_EQ(made.resource, "nodes");
  EXPECT_EQ(told(made),
            "403 for ana on list nodes.metrics.k8s.io\n"
            "The credentials were accepted: the request belongs to the user ana.\n"
            "Authorization refused it: no binding gives User ana, or a group of it, the right to list "
            "nodes.metrics.k8s.io.\n"
            "kube-apiserver does not serve metrics.k8s.io itself. It is an aggregated API: the server behind "
            "it may have "
            "answered. It believes kube-apiserver who the user is and asks this cluster's RBAC, but whom it "
            "lets in when "
            "it is reached directly is its own setting.\n"
            "> Grant exactly this with kubectl apply -f FILE\n"
            "+ The grant is about nodes.metrics.k8s.io of every namespace.\n");
  EXPECT_THAT(told(explained("401 https://10.0.0.11:6443/apis/metrics.k8s.io/v1beta1/nodes")),
              HasSubstr("It is an aggregated API"));
}

TEST(Explain, ControllersThatAnswerInPlainText) {
  EXPECT_EQ(
      told(explained("Forbidden (user=system:serviceaccount:monitoring:prometheus, verb=get, resource=, "
                     "subresource=)\n403 https://10.1.2.3:8443/metrics")),
      "403 for system:serviceaccount:monitoring:prometheus on get /metrics\n"
      "The token was accepted: the request belongs to the service account prometheus of the namespace "
      "monitoring.\n"
      "kube-rbac-proxy answered, not kube-apiserver. It asks this cluster's RBAC by SubjectAccessReview.\n"
      "Authorization refused it: no binding gives ServiceAccount monitoring/prometheus, or a group of it, "
      "the right "
      "to get /metrics.\n"
      "A Role cannot give it, because /metrics belongs to no namespace: it takes a ClusterRole and a "
      "ClusterRoleBinding.\n"
      "> Grant exactly this with kubectl apply -f FILE\n"
      "$ nightlatch rbac grant-metrics --to serviceaccount monitoring/prometheus\n" +
          std::string(metrics_opens));
  EXPECT_EQ(
      told(explained("Authorization denied for user system:serviceaccount:monitoring:prometheus\n")),
      "403 for system:serviceaccount:monitoring:prometheus\n"
      "The token was accepted: the request belongs to the service account prometheus of the namespace "
      "monitoring.\n"
      "The metrics filter of controller-runtime answered, not kube-apiserver. It asks this cluster's RBAC by "
      "SubjectAccessReview.\n"
      "Authorization refused system:serviceaccount:monitoring:prometheus. The answer does not say what was "
      "asked "
      "for: give the URL, too.\n");
  Explanation kubelet =
      explained("Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource(s)=[metrics])");
  EXPECT_EQ(kubelet.resource, "nodes/metrics");
  EXPECT_THAT(told(kubelet), HasSubstr("The kubelet answered."));
}

TEST(Explain, ALineOfTheAuditLog) {
  Explanation made = explained(
      R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","stage":"ResponseComplete",)"
      R"("requestURI":"/api/v1/namespaces/web/secrets?limit=500","verb":"list","user":{"username":"system:anonymous",)"
      R"("groups":["system:unauthenticated"]},"responseStatus":{"metadata":{},"status":"Failure","message":"secrets is )"
      R"(forbidden: User \"system:anonymous\" cannot list resource \"secrets\" in API group \"\" in the namespace \"web\"",)"
      R"("reason":"Forbidden","code":403},"annotations":{"authorization.k8s.io/decision":"forbid",)"
      R"("authorization.k8s.io/reason":""}})");
  EXPECT_EQ(told(made),
            "403 for system:anonymous on list secrets in the namespace web\n"
            "The request carried no credentials, so it became the user system:anonymous of the group "
            "system:unauthenticated. Authentication let it in.\n"
            "Authorization refused it: no binding gives User system:anonymous or Group "
            "system:unauthenticated the right to "
            "list secrets in the namespace web.\n"
            "> Send credentials: a kubeconfig, or the token of a service account that has this right. Nobody "
            "without "
            "credentials should list secrets in the namespace web\n"
            "$ kubectl create token NAME -n NAMESPACE\n");
  made = explained(
      R"({"kind":"Event","requestURI":"/version","verb":"get","user":{"username":"system:anonymous"},)"
      R"("responseStatus":{"code":200},"annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":)"
      R"("RBAC: allowed by ClusterRoleBinding \"a\" of ClusterRole \"b\" to User \"system:anonymous\""}})");
  EXPECT_EQ(made.cause, Cause::unknown);
  EXPECT_EQ(
      made.why.back(),
      R"(It was allowed. RBAC: allowed by ClusterRoleBinding "a" of ClusterRole "b" to User "system:anonymous".)");
}

TEST(Explain, AHealthCheckThatLostItsDefault) {
  Explanation made = explained(R"(forbidden: User "system:anonymous" cannot get path "/livez")");
  ASSERT_EQ(made.fixes.size(), 1U);
  EXPECT_THAT(made.fixes[0].text,
              HasSubstr("the ClusterRoleBinding system:public-info-viewer, which is missing"));
  EXPECT_THAT(made.fixes[0].yaml, HasSubstr("- kind: Group\n  apiGroup: rbac.authorization.k8s.io\n  name: "
                                            "\"system:unauthenticated\"\n"));
}

TEST(Explain, LooksIntoTheObjectsThatAreGiven) {
  Objects objects = read_or_fail(with(R"(- kind: ClusterRoleBinding
  metadata: {name: old}
  roleRef: {kind: ClusterRole, name: nobody-has-it}
  subjects: [{kind: User, name: "system:anonymous"}]
)"));
  Surroundings known;
  known.objects = &objects;
  known.objects_file = "rbac.yaml";
  std::string text = told(explained(without_credentials, known));
  EXPECT_THAT(
      text,
      HasSubstr(
          "The objects in rbac.yaml say the same: 2 bindings reach this user there, and none gives this "
          "right.\nThe role of ClusterRoleBinding old is not in rbac.yaml.\n"));
  text = told(explained(R"(forbidden: User "system:anonymous" cannot get path "/version")", known));
  EXPECT_THAT(text, HasSubstr("The objects in rbac.yaml allow it: RBAC: allowed by ClusterRoleBinding "
                              "\"system:public-info-viewer\""));
  EXPECT_THAT(
      told(explained(
          R"(pods is forbidden: User "ana" cannot list resource "pods" in API group "" at the cluster )"
          R"(scope: RBAC: clusterrole.rbac.authorization.k8s.io "x" not found)")),
      HasSubstr("RBAC has a binding for this user whose role does not exist: "
                "clusterrole.rbac.authorization.k8s.io \"x\" not found.\n"));
}

TEST(Explain, WhatIsNoRefusal) {
  auto refused = read_refusal("hello", "answer");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code.number, rbac_errors::not_a_refusal.number);
  EXPECT_EQ(refused.error().message, "answer says nothing of a request that was refused");
  EXPECT_EQ(explained("404 https://10.0.0.11:6443/nowhere").why.back(),
            "404 is no refusal: authentication and authorization let the request pass.");
  EXPECT_EQ(catalogue_number("NL3112\n"), 3112);
  EXPECT_EQ(catalogue_number("error NL1203  cp2: the host key"), 1203);
  EXPECT_EQ(catalogue_number("NL31129"), 0);
  EXPECT_EQ(catalogue_number("nothing"), 0);
}

// --- --can

CanExplanation asked(const std::vector<std::string>& words, const Surroundings& known,
                     const std::string& name_space = "") {
  auto question = read_question(words, name_space);
  if (!question) ADD_FAILURE() << question.error().message;
  return question ? explain(*question, known) : CanExplanation{};
}

TEST(Can, NeedsBothConditionsAndRbac) {
  Objects objects = read_or_fail(kubeadm_cluster);
  Surroundings known;
  known.objects = &objects;
  known.objects_file = "rbac.yaml";
  known.open_paths = std::vector<std::string>{"/livez", "/metrics"};
  known.open_paths_from = "the playbook mine";
  CanExplanation made = asked({"anonymous", "get", "/metrics"}, known);
  EXPECT_EQ(made.conditions, Allows::yes);
  EXPECT_EQ(made.rbac, Allows::no);
  EXPECT_EQ(made.explanation.code, 403);
  EXPECT_EQ(made.explanation.cause, Cause::authorization);
  EXPECT_EQ(made.explanation.title, "May system:anonymous get /metrics? no, 403");
  EXPECT_THAT(
      made.explanation.why,
      ElementsAre(
          "By authentication: yes. By the playbook mine these paths are open without credentials: /livez, "
          "/metrics.",
          "By RBAC: no, 403. No binding in rbac.yaml gives this right."));
  made = asked({"anonymous", "get", "/version"}, known);
  EXPECT_EQ(made.conditions, Allows::no);
  EXPECT_EQ(made.rbac, Allows::yes);
  EXPECT_EQ(made.explanation.code, 401);
  EXPECT_EQ(made.explanation.cause, Cause::conditions);
  made = asked({"anonymous", "get", "/livez"}, known);
  EXPECT_EQ(made.explanation.code, 200);
  EXPECT_EQ(made.explanation.title, "May system:anonymous get /livez? yes");
  EXPECT_THAT(made.explanation.fixes, IsEmpty());
}

TEST(Can, SaysWhatIsNotKnown) {
  CanExplanation made = asked({"anonymous", "get", "/metrics"}, {});
  EXPECT_EQ(made.conditions, Allows::unknown);
  EXPECT_EQ(made.rbac, Allows::unknown);
  EXPECT_EQ(made.explanation.code, 0);
  EXPECT_EQ(made.explanation.title, "May system:anonymous get /metrics? not known");
  Objects objects =
      read_or_fail("kind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {kind: ClusterRole, name: b}\n");
  Surroundings known;
  known.objects = &objects;
  known.objects_file = "f";
  EXPECT_EQ(asked({"anonymous", "get", "/metrics"}, known).rbac, Allows::unknown);
}

TEST(Can, UnderstandsWhoAndWhat) {
  Objects objects = read_or_fail(with(ci_temp));
  Surroundings known;
  known.objects = &objects;
  known.objects_file = "rbac.yaml";
  EXPECT_EQ(asked({"ci/deployer", "list", "secrets"}, known, "web").explanation.code, 200);
  EXPECT_EQ(asked({"ci/other", "list", "secrets"}, known, "web").explanation.code, 403);
  EXPECT_EQ(asked({"group:system:masters", "delete", "deployments.apps/scale"}, known).explanation.code, 200);
  EXPECT_EQ(asked({"ana", "create", "selfsubjectreviews.authentication.k8s.io"}, known).explanation.code,
            200);
  EXPECT_EQ(asked({"anonymous", "get", "/api/v1/secrets"}, known).explanation.path, "/api/v1/secrets");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"", "get", "/x"},
                                                {"a/b/c", "get", "/x"},
                                                {"a", "get", ".apps"},
                                                {"a", "get"}}) {
    auto question = read_question(words, "");
    ASSERT_FALSE(question);
    EXPECT_EQ(question.error().code.number, rbac_errors::not_a_question.number);
  }
}

TEST(Token, SaysWhatItIsAndNothingElse) {
  // {"alg":"none"}.{"iss":"i","sub":"s","aud":["a","b"],"exp":7,"nbf":3.5}
  auto token = look_at_token(
      "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImF1ZCI6WyJhIiwiYiJdLCJleHAiOjcsIm5iZiI6My41fQ.x\n");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->issuer, "i");
  EXPECT_EQ(token->subject, "s");
  EXPECT_THAT(token->audiences, ElementsAre("a", "b"));
  EXPECT_EQ(token->expires, 7);
  EXPECT_EQ(token->not_before, 3);
  EXPECT_FALSE(look_at_token("abcdef.0123456789abcdef"));
  EXPECT_FALSE(look_at_token("a.b.c"));
  EXPECT_FALSE(look_at_token(""));
}

}  // namespace
}  // namespace nightlatch::rbac
