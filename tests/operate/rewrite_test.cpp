#include "operate/rewrite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operate/errors.hpp"
#include "places.hpp"
#include "plan/cluster.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::operate {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Rewrite : public testing::Test {
 protected:
  Rewrite() { EXPECT_TRUE(write_file_durably(manifest, plan::kubeadm_manifest())); }

  TemporaryDirectory directory;
  std::string manifest = (directory / "kube-apiserver.yaml").string();
  RewriteInput input{.manifest = manifest, .playbook = "health-only", .today = "2026-11-22"};
};

TEST_F(Rewrite, ShowsADiffAndWritesNothing) {
  auto report = rewrite(input);
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::done);
  EXPECT_THAT(report->diff, HasSubstr("+    - --authentication-config="));
  ASSERT_THAT(report->files, SizeIs(2));
  EXPECT_FALSE(report->files[0].written);
  EXPECT_EQ(*read_file(manifest), plan::kubeadm_manifest());
}

TEST_F(Rewrite, WritesTheConfigurationFileBeforeTheManifest) {
  input.directory = (directory / "new").string();
  std::filesystem::create_directory(input.directory);
  auto report = rewrite(input);
  ASSERT_TRUE(report) << report.error().errors.front().message;
  ASSERT_THAT(report->files, SizeIs(2));
  EXPECT_THAT(report->files[0].path, HasSubstr("authn-"));
  for (const report::RewrittenFile& file : report->files) {
    EXPECT_TRUE(file.written);
    EXPECT_EQ(*read_file(file.path), file.bytes);
  }
}

// `--out .` in the manifests directory of a node: the kubelet would restart the API server with whatever lies
// there.
TEST_F(Rewrite, AFileWithOtherBytesIsNeverOverwritten) {
  input.directory = directory.path().string();
  auto onto_itself = rewrite(input);
  ASSERT_FALSE(onto_itself);
  EXPECT_EQ(onto_itself.error().errors.front().code.number, operate_errors::would_overwrite.number);
  EXPECT_EQ(*read_file(manifest), plan::kubeadm_manifest());
  EXPECT_THAT(std::vector(std::filesystem::directory_iterator(directory.path()), {}), SizeIs(1))
      << "the configuration file was not written either";

  input.directory = (directory / "new").string();
  std::filesystem::create_directory(input.directory);
  ASSERT_TRUE(rewrite(input));
  EXPECT_TRUE(rewrite(input)) << "the same bytes once more";
  input.kubeadm_config = (directory / "other/kube-apiserver.yaml").string();
  std::filesystem::create_directory(directory / "other");
  ASSERT_TRUE(write_file_durably(input.kubeadm_config,
                                 "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"));
  input.directory = (directory / "both").string();
  std::filesystem::create_directory(input.directory);
  EXPECT_FALSE(rewrite(input)) << "two inputs of one name";
  EXPECT_TRUE(std::filesystem::is_empty(input.directory));
  input.kubeadm_config.clear();
  input.directory = (directory / "new").string();
  ASSERT_TRUE(write_file_durably(directory / "new/kube-apiserver.yaml", "edited by hand\n"));
  EXPECT_FALSE(rewrite(input));
  EXPECT_EQ(*read_file(directory / "new/kube-apiserver.yaml"), "edited by hand\n");
}

TEST_F(Rewrite, WhatIsRewrittenAlreadyIsDone) {
  auto first = rewrite(input);
  ASSERT_TRUE(first);
  ASSERT_TRUE(write_file_durably(manifest, first->files.at(1).bytes));
  std::string config = (directory / "config.yaml").string();
  ASSERT_TRUE(write_file_durably(config, first->files.at(0).bytes));
  input.authentication_config = config;
  auto again = rewrite(input);
  ASSERT_TRUE(again);
  EXPECT_EQ(exit_of(*again), Exit::done);
  EXPECT_THAT(again->files, IsEmpty());
  EXPECT_EQ(again->diff, "");
}

TEST_F(Rewrite, ARefusalIsInTheReportAndThree) {
  ASSERT_TRUE(write_file_durably(
      manifest, plan::replaced(plan::kubeadm_manifest(), "kube-apiserver:v1.34", "kube-apiserver:v1.20")));
  auto report = rewrite(input);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->outcome.refusals, testing::Not(IsEmpty()));
  EXPECT_EQ(exit_of(*report), Exit::refused);
}

TEST_F(Rewrite, AManifestThatIsNoneIsTwo) {
  ASSERT_TRUE(write_file_durably(manifest, "a: [\n"));
  auto report = rewrite(input);
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::usage);
}

TEST_F(Rewrite, OfSeveralDocumentsTheOneThatIsUsedIsNamed) {
  input.kubeadm_config = (golden_directory() / "field/09-kubeadm-init-file-null-args.yaml").string();
  auto report = rewrite(input);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_THAT(report->kubeadm,
              HasSubstr("this file has 3 documents; the one with `kind: ClusterConfiguration` is used"));
}

TEST_F(Rewrite, FilesAndWordsThatDoNotExistAreTold) {
  input.playbook = "helth-only";
  auto unknown = rewrite(input);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().errors[0].code.number, operate_errors::playbook_unknown.number);
  EXPECT_EQ(unknown.error().errors[0].hint, "did you mean \"health-only\"?");
  input.playbook = "health-only";
  input.oidc_ca_file = (directory / "none.pem").string();
  auto missing = rewrite(input);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().exit, Exit::usage);
}

}  // namespace
}  // namespace nightlatch::operate
