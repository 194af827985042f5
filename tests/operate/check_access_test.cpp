// detect --check-access on a scripted cluster: what is missing, for what, and what comes of it.
#include "operate/check_access.hpp"

#include <nlohmann/json.hpp>

#include "node/errors.hpp"
#include "operate/operate_bench.hpp"
#include "rbac/operator_role.hpp"

namespace nightlatch::operate {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class CheckAccess : public Bench {
 protected:
  report::AccessReport run() {
    Ports all = ports();
    auto report = check_access(all, selection());
    if (!report) ADD_FAILURE() << report.error().errors.front().message;
    return report ? *std::move(report) : report::AccessReport{};
  }
};

TEST_F(CheckAccess, AsksAboutEachRightOfTheLoginItself) {
  cluster.cluster_api->allowed = true;
  report::AccessReport report = run();
  EXPECT_EQ(exit_of(report), Exit::done);
  EXPECT_EQ(report.login, "ana [dev ops]");
  EXPECT_THAT(report.nodes, SizeIs(3));
  ASSERT_THAT(report.rights, SizeIs(rbac::operator_rights().size()));
  EXPECT_THAT(cluster.cluster_api->reviewed, SizeIs(report.rights.size()));
  for (const api::AccessQuestion& question : cluster.cluster_api->reviewed) {
    EXPECT_EQ(question.user, "");
    EXPECT_THAT(question.groups, IsEmpty());
  }
}

TEST_F(CheckAccess, ARightThatIsMissingIsRefusedOrOnlyLessSeen) {
  report::AccessReport report = run();
  EXPECT_EQ(exit_of(report), Exit::refused);
  std::size_t refuses = 0;
  for (report::AccessRow& row : report.rights) {
    EXPECT_EQ(row.granted, report::Granted::no) << row.right;
    EXPECT_FALSE(row.consequence.empty()) << row.right;
    if (!row.refuses) continue;
    ++refuses;
    row.granted = report::Granted::yes;
  }
  EXPECT_GT(refuses, 5U);
  EXPECT_LT(refuses, report.rights.size());
  EXPECT_EQ(exit_of(report), Exit::done) << "a roll begins with what is left";
}

TEST_F(CheckAccess, EachRightThatIsTakenAwayIsNamedAlone) {
  std::size_t number = 0;
  for (const rbac::OperatorRight& right : rbac::operator_rights()) {
    start_anew();
    cluster.cluster_api->allowed = true;
    cluster.cluster_api->denied = number++;
    report::AccessReport report = run();
    std::vector<std::string> missing;
    for (const report::AccessRow& row : report.rights) {
      if (row.granted != report::Granted::yes) missing.push_back(row.right);
    }
    EXPECT_THAT(missing, testing::ElementsAre(rbac::right_text(right.request)));
    EXPECT_EQ(exit_of(report), right.without == rbac::Without::refused ? Exit::refused : Exit::done)
        << missing.front();
  }
}

TEST_F(CheckAccess, ANodeThatDoesNotLetItBecomeRootIsNamed) {
  cluster.cluster_api->allowed = true;
  node("cp2").unreachable =
      Error{.code = node_errors::sudo_needs_password, .message = "cp2: sudo asks for a password"};
  report::AccessReport report = run();
  EXPECT_EQ(exit_of(report), Exit::refused);
  ASSERT_TRUE(report.nodes[1].error);
  EXPECT_EQ(report.nodes[1].error->message, "cp2: sudo asks for a password");
  EXPECT_FALSE(report.nodes[0].error);
}

TEST_F(CheckAccess, WithoutAKubeconfigTheApiIsNotAsked) {
  cluster.no_kubeconfig = Error{.code = node_errors::unreachable, .message = "there is no kubeconfig"};
  report::AccessReport report = run();
  ASSERT_TRUE(report.api_error);
  EXPECT_THAT(report.rights, IsEmpty());
  EXPECT_EQ(exit_of(report), Exit::refused);
}

}  // namespace
}  // namespace nightlatch::operate
