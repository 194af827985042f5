// Signatures of a real ssh-keygen.
#include "util/ssh_signature.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "util/child.hpp"
#include "util/environment.hpp"
#include "util/errors.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class SshSignature : public testing::Test {
 protected:
  SshSignature() {
    Child child;
    EXPECT_EQ(child.start({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key()}, {}, {}), 0);
    EXPECT_EQ(child.wait(std::chrono::seconds(20)), 0);
    EXPECT_TRUE(write_file_durably(directory_ / "allowed", "ana,bo " + read_file(key() + ".pub").value()));
    auto signature = ssh_sign("text", key(), "tests");
    EXPECT_TRUE(signature);
    EXPECT_TRUE(write_file_durably(directory_ / "sig", signature.value_or("")));
  }
  [[nodiscard]] std::string key() const { return (directory_ / "key").string(); }
  [[nodiscard]] SshSigned text(const std::string& bytes = "text",
                               const std::string& purpose = "tests") const {
    return {bytes, directory_ / "sig", purpose};
  }

  TemporaryDirectory directory_;
};

TEST_F(SshSignature, IsGoodForItsBytesItsNameAndItsPurpose) {
  auto by = ssh_verify(text(), directory_ / "allowed", "ana");
  ASSERT_TRUE(by) << by.error().message;
  EXPECT_THAT(*by, StartsWith("ED25519 key SHA256:"));
  EXPECT_THAT(ssh_fingerprint(*by), StartsWith("SHA256:"));
  EXPECT_EQ(ssh_verify_key(text()).value(), *by);
  EXPECT_THAT(ssh_principals(directory_ / "sig", directory_ / "allowed"), ElementsAre("ana", "bo"));
}

TEST_F(SshSignature, IsGoodForNothingElse) {
  for (const SshSigned& other : {text("Text"), text("text", "git"), text("")}) {
    EXPECT_EQ(ssh_verify(other, directory_ / "allowed", "ana").error().code.number,
              util_errors::bad_signature.number);
    EXPECT_FALSE(ssh_verify_key(other));
  }
  EXPECT_FALSE(ssh_verify(text(), directory_ / "allowed", "carl"));
  EXPECT_THAT(ssh_verify(text("text", "git"), directory_ / "allowed", "ana").error().message,
              HasSubstr("namespace does not match"));
  EXPECT_THAT(ssh_principals(directory_ / "none", directory_ / "allowed"), ElementsAre());
}

TEST_F(SshSignature, WithoutAKeyIsNotMade) {
  EXPECT_EQ(ssh_sign("text", directory_ / "none", "tests").error().code.number,
            util_errors::not_signed.number);
}

TEST_F(SshSignature, WithoutSshKeygenSaysSo) {
  ScopedVariable path("PATH", directory_.path().c_str());
  EXPECT_EQ(ssh_verify_key(text()).error().code.number, util_errors::no_ssh_keygen.number);
}

}  // namespace
}  // namespace nightlatch
