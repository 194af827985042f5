#include "api/write_object.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/config_map_store.hpp"
#include "api/errors.hpp"
#include "util/hash.hpp"

namespace nightlatch::api {
namespace {

using facts::WriteResult;
using testing::HasSubstr;

class WriteObject : public testing::Test {
 protected:
  facts::ObjectWritten write() { return write_object(kubeconfig, change, "nightlatch/0.1 run/r"); }

  test::ConfigMapStore store;
  Kubeconfig kubeconfig = store.kubeconfig();
  facts::ObjectChange change{.object = {.group = {},
                                        .version = "v1",
                                        .kind = "ConfigMap",
                                        .name_space = "kube-system",
                                        .name = "kubeadm-config"},
                             .field = "/data/ClusterConfiguration",
                             .sha256_before = sha256_hex("apiServer: {}\n"),
                             .sha256_after = sha256_hex("apiServer: {a: 1}\n"),
                             .splices = {{.begin = 12, .end = 12, .text = "a: 1", .reason = "add a"}},
                             .undo = {{.begin = 12, .end = 16, .text = {}, .reason = {}}}};
};

TEST_F(WriteObject, WritesTheFieldAndTheRestStays) {
  EXPECT_EQ(write().result, WriteResult::written);
  EXPECT_EQ(store.configuration(), "apiServer: {a: 1}\n");
  EXPECT_EQ(store.object["data"]["other"], "stays");
  EXPECT_EQ(store.object["metadata"]["labels"]["a"], "b");
  EXPECT_THAT(store.heard().back().head, HasSubstr("Content-Type: application/merge-patch+json\r\n"));
  EXPECT_THAT(store.heard().back().head, HasSubstr("User-Agent: nightlatch/0.1 run/r\r\n"));
  EXPECT_THAT(store.heard().back().body, HasSubstr(R"("resourceVersion":"7")"))
      << "the server refuses it where another write came";
}

TEST_F(WriteObject, AskedForAgainItLooksAndWritesNothing) {
  EXPECT_EQ(write().result, WriteResult::written);
  std::size_t heard = store.heard().size();
  EXPECT_EQ(write().result, WriteResult::written);
  EXPECT_EQ(store.heard().size(), heard + 1) << "one look, no write";
}

TEST_F(WriteObject, TheOtherWayRoundItPutsBackTheOldText) {
  EXPECT_EQ(write().result, WriteResult::written);
  change = inverse(change);
  EXPECT_EQ(write().result, WriteResult::written);
  EXPECT_EQ(store.configuration(), "apiServer: {}\n");
}

TEST_F(WriteObject, WhatSomebodyElseWroteStays) {
  store.object["data"]["ClusterConfiguration"] = "apiServer: {b: 2}\n";
  facts::ObjectWritten written = write();
  EXPECT_EQ(written.result, WriteResult::refused);
  EXPECT_EQ(written.why, "it is " + short_hash(sha256_hex("apiServer: {b: 2}\n")) +
                             " now, the plan was made from " + short_hash(sha256_hex("apiServer: {}\n")));
  EXPECT_EQ(store.configuration(), "apiServer: {b: 2}\n");
}

TEST_F(WriteObject, SplicesThatDoNotLeadWhereThePlanSaysAreNotWritten) {
  change.splices.front().text = "a: 2";
  EXPECT_EQ(write().result, WriteResult::refused);
  EXPECT_EQ(store.configuration(), "apiServer: {}\n");
}

// A label, a kubelet's annotation: another's write is no reason to stop while it leaves our text alone.
TEST_F(WriteObject, AfterAConflictItLooksAgain) {
  store.conflicts = 1;
  EXPECT_EQ(write().result, WriteResult::written);
  EXPECT_EQ(store.configuration(), "apiServer: {a: 1}\n");
}

TEST_F(WriteObject, AfterAConflictSomebodyElsesTextStays) {
  store.conflicts = 1;
  store.text_of_conflict = "apiServer: {b: 2}\n";
  EXPECT_EQ(write().result, WriteResult::refused);
  EXPECT_EQ(store.configuration(), "apiServer: {b: 2}\n");
}

TEST_F(WriteObject, ConflictsWithoutAnEndMayPass) {
  store.conflicts = 100;
  facts::ObjectWritten written = write();
  EXPECT_EQ(written.result, WriteResult::lost);
  EXPECT_THAT(written.why, HasSubstr(std::string(api_errors::write_conflict.title)));
  EXPECT_EQ(store.conflicts, 97) << "three looks";
  store.conflicts = 0;
  EXPECT_EQ(write().result, WriteResult::written);
}

TEST_F(WriteObject, ALostReplySaysNothingAndTheNextLookFindsTheText) {
  store.lose_reply_to_write = true;
  EXPECT_EQ(write().result, WriteResult::lost);
  EXPECT_EQ(store.configuration(), "apiServer: {a: 1}\n") << "the request had come through";
  EXPECT_EQ(write().result, WriteResult::written);
}

TEST_F(WriteObject, NoRightToWriteItIsNoReasonToAskAgain) {
  store.refuse_with = 403;
  facts::ObjectWritten written = write();
  EXPECT_EQ(written.result, WriteResult::refused);
  EXPECT_THAT(written.why, HasSubstr("configmaps is forbidden"));
}

TEST_F(WriteObject, AnObjectThatIsGoneIsNotMade) {
  store.object = nullptr;
  facts::ObjectWritten written = write();
  EXPECT_EQ(written.result, WriteResult::refused);
  EXPECT_THAT(written.why, HasSubstr("it is gone now, the plan was made from"));
}

TEST_F(WriteObject, AFieldThatIsGoneIsNotMade) {
  store.object["data"].erase("ClusterConfiguration");
  EXPECT_EQ(write().result, WriteResult::refused);
  EXPECT_FALSE(store.object["data"].contains("ClusterConfiguration"));
}

TEST_F(WriteObject, WhatIsNoObjectMayBeABalancersAnswer) {
  store.object = {{"kind", "Other"}};
  EXPECT_EQ(write().result, WriteResult::lost);
}

// A merge patch replaces a list as a whole.
TEST_F(WriteObject, AnItemOfAListIsNotWritten) {
  store.object["data"] = nlohmann::json::array({"apiServer: {}\n"});
  change.field = "/data/0";
  EXPECT_EQ(write().result, WriteResult::refused);
}

TEST_F(WriteObject, WhatItCannotMakeIsRefusedWithoutARequest) {
  std::vector<facts::ObjectChange> changes(5, change);
  changes[0].object.kind = "Secret";
  changes[1].object.name = "../../secrets/s";
  changes[2].field = "";
  changes[3].sha256_before.reset();
  changes[4].field = "/data/~7";  // no JSON pointer
  for (const facts::ObjectChange& one : changes)
    EXPECT_EQ(write_object(kubeconfig, one, "t").result, WriteResult::refused);
  EXPECT_EQ(store.heard().size(), 0U);
}

}  // namespace
}  // namespace nightlatch::api
