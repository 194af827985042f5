#include "operate/placing.hpp"

#include <gmock/gmock.h>

#include "operate/errors.hpp"
#include "plan/errors.hpp"

namespace nightlatch::operate {
namespace {

using report::DryRun;
using report::Prepared;

const facts::FileFacts config{"/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml", "0:0", "640",
                              std::string(64, 'a'), "kind: AuthenticationConfiguration\n"};

// A host that may take the file, and answers as told.
struct Host final : node::NodePort {
  node::Reply call(const node::Request& request) override {
    asked.push_back(request);
    if (takes) file = config;
    return reply;
  }
  Result<Prepared> prepare(DryRun dry_run = DryRun::no) {
    HostWays ways{this, [this]() -> Result<facts::NodeFacts> {
                    facts::NodeFacts facts;
                    facts.name = "cp4";
                    facts.asked_file = file;
                    return facts;
                  }};
    return place_config(ways, "cp4", config, dry_run);
  }

  facts::FileFacts file{config.path, "", "", "", ""};
  bool takes = true;
  node::Reply reply{node::ReplyKind::ok, {}, {}, {}, {}, {}};
  std::vector<node::Request> asked;
};

void expect_error(const Result<Prepared>& outcome, const ErrorCode& code, const std::string& message) {
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code.number, code.number);
  EXPECT_EQ(outcome.error().message, message);
}

TEST(PlaceConfig, GivesTheHostTheFileWithOwnerAndMode) {
  Host host;
  EXPECT_EQ(*host.prepare(), Prepared::placed);
  ASSERT_EQ(host.asked.size(), 1U);
  EXPECT_EQ(host.asked[0].verb, node::Verb::place);
  EXPECT_EQ(host.asked[0].config_path, config.path);
  EXPECT_EQ(host.asked[0].config, config.bytes);
  EXPECT_EQ(host.asked[0].config_owner, "0:0");
  EXPECT_EQ(host.asked[0].config_mode, "640");
}

TEST(PlaceConfig, WritesNothingTwiceNorInADryRunNorOverAnother) {
  Host host;
  EXPECT_EQ(*host.prepare(DryRun::yes), Prepared::would_place);
  host.file = config;
  EXPECT_EQ(*host.prepare(), Prepared::there);
  host.file.owner = "12:12";
  expect_error(host.prepare(), plan_errors::other_file, "cp4: " + config.path + " is there and differs");
  EXPECT_TRUE(host.asked.empty());
}

TEST(PlaceConfig, SaysWhyTheHostRefusedIt) {
  Host host;
  host.takes = false;
  host.reply = {node::ReplyKind::refused, {}, {}, {}, {}, "cannot write (disk full?)"};
  expect_error(host.prepare(), operate_errors::not_placed, "cp4: cannot write (disk full?)");
}

TEST(PlaceConfig, LostAnswerCountsForWhatIsThere) {
  Host host;
  host.reply = {node::ReplyKind::lost, {}, {}, {}, {}, "cut"};
  EXPECT_EQ(*host.prepare(), Prepared::placed);
  host.file = {config.path, "", "", "", ""};
  host.takes = false;
  expect_error(host.prepare(), operate_errors::not_placed, "cp4: " + config.path + " is not there: cut");
}

}  // namespace
}  // namespace nightlatch::operate
