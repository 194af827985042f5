// The screens and documents of what nightlatch must be allowed: detect --check-access, rbac grant-operator,
// node wrapper.
#include "report/access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/errors.hpp"
#include "rbac/rbac_text.hpp"
#include "report/operator_role.hpp"
#include "report/schema_check.hpp"
#include "report/screen.hpp"
#include "report/wrapper.hpp"

namespace nightlatch::report {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

AccessReport sample() {
  AccessReport report;
  report.cluster = {.name = "prod-eu1", .endpoint = "https://k8s.example:6443", .uid = "0f3c"};
  report.login = "ana [dev ops]";
  report.nodes = {
      {"cp1", {}},
      {"cp2", Error{.code = node_errors::sudo_needs_password, .message = "cp2: sudo asks for a password"}}};
  AccessRow lease{.right = "create leases.coordination.k8s.io in kube-system",
                  .needed_for = "to take the cluster's lock"};
  lease.granted = Granted::no;
  lease.refuses = true;
  lease.consequence = "The cluster's lock cannot be taken.";
  AccessRow metrics{.right = "get /metrics",
                    .needed_for = "to see which configuration an API server has loaded"};
  metrics.granted = Granted::yes;
  AccessRow nodes{.right = "list nodes", .needed_for = "to find the control-plane nodes"};
  nodes.why_unknown = "POST /apis: no answer";
  report.rights = {lease, metrics, nodes};
  return report;
}

TEST(Access, SaysWhichRightIsMissingForWhatAndWhatComesOfIt) {
  std::string text = screen(plain(), [](Out& out) { write_terminal(page_of(sample()), out); });
  EXPECT_THAT(text, HasSubstr("cp2: sudo asks for a password"));
  EXPECT_THAT(
      text,
      HasSubstr("create leases.coordination.k8s.io in kube-system is not allowed. The\n    cluster's lock "
                "cannot be taken."));
  EXPECT_THAT(text, HasSubstr("list nodes: POST /apis: no answer"));
  EXPECT_THAT(text, HasSubstr("nightlatch rbac grant-operator --to user NAME -o yaml"));
  EXPECT_THAT(text, HasSubstr("The API knows this login as ana [dev ops]."));
}

TEST(Access, DocumentIsAsItsSchemaSays) {
  EXPECT_THAT(schema_faults(access_json(sample())), IsEmpty());
  json document = json::parse(access_json(sample()));
  EXPECT_EQ(document["nodes"][1]["root"], false);
  EXPECT_EQ(document["rights"][0]["allowed"], "no");
  EXPECT_EQ(document["rights"][0]["without"], "refused");
  AccessReport without = sample();
  without.api_error = Error{.code = node_errors::unreachable, .message = "no kubeconfig"};
  EXPECT_THAT(schema_faults(access_json(without)), IsEmpty());
}

TEST(OperatorRolePage, NamesTheCommandThatMakesTheGrant) {
  rbac::OperatorRole role = rbac::operator_role(rbac::read_operator({"group", "night shift"}).value());
  std::string text = screen(plain(), [&](Out& out) { write_terminal(page_of(role), out); });
  EXPECT_THAT(
      text,
      HasSubstr("nightlatch rbac grant-operator --to group 'night shift' -o yaml | kubectl apply -f -"));
  EXPECT_THAT(schema_faults(operator_json(role)), IsEmpty());
  EXPECT_EQ(json::parse(operator_json(role))["yaml"], role.yaml);
  EXPECT_THAT(role.yaml, Not(HasSubstr("@")));
}

TEST(WrapperPage, SaysWhereEachLineGoes) {
  node::Wrapper wrapper = node::make_wrapper({.user = "ops"}).value();
  std::string text = screen(plain(), [&](Out& out) { write_terminal(page_of(wrapper), out); });
  EXPECT_THAT(text, HasSubstr("ops ALL=(root) NOPASSWD: /usr/local/sbin/nightlatch-node"));
  EXPECT_THAT(text, HasSubstr("ssh: {become: sudo, wrapper: /usr/local/sbin/nightlatch-node}"));
  EXPECT_THAT(schema_faults(wrapper_json(wrapper)), IsEmpty());
  EXPECT_EQ(json::parse(wrapper_json(wrapper))["script"], wrapper.script);
}

}  // namespace
}  // namespace nightlatch::report
