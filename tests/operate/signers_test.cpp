// Approvals as people with certificates, agents and security keys make them; and over everything that can be
// wrong with one, ssh-keygen alone agrees.
#include <tuple>

#include "operate/approvals_bench.hpp"
#include "plan/errors.hpp"
#include "util/ssh_signature.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

// Ana has approved as usual; the other approval is that of bo.
class Signers : public ApprovalsBench {
 protected:
  Signers() { EXPECT_TRUE(approved_by("ana")); }

  [[nodiscard]] std::string path(const std::string& name) const { return (directory / name).string(); }
  Outcome<report::ApprovalReport> approved_with(const std::string& key, const std::string& name = "bo") {
    return approve(person, {.plan_file = plan_file(), .signer = {.name = name, .key = key}, .expires = "8h"});
  }
  void expect_counts() {
    EXPECT_TRUE(ssh_keygen_accepts("bo"));
    auto report = run_apply();
    ASSERT_TRUE(report) << join(report.error().errors[0].details, "; ");
    EXPECT_EQ(report->progress.approved_by, "ana, bo");
  }
};

// --- certificates: allowed_signers names the authority, and no key of a person

class Certificates : public Signers {
 protected:
  Certificates() {
    allow_nobody();
    allow("ana");
    allow_key("bo,carl", "authority", "cert-authority,namespaces=\"nightlatch-plan\"");
  }
  // The certificate of bo's key, for these names.
  std::string certificate(const std::string& names = "bo", const std::string& validity = "always:forever",
                          const std::string& authority = "authority") {
    std::string key = key_of("bo");
    EXPECT_EQ(run({"ssh-keygen", "-q", "-s", key_of(authority), "-I", "id of bo", "-n", names, "-V", validity,
                   key + ".pub"}),
              0);
    return key + "-cert.pub";
  }
};

TEST_F(Certificates, OneOfTheAuthorityCounts) {
  auto report = approved_with(certificate());
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_THAT(report->key, StartsWith("ED25519-CERT key SHA256:"));
  expect_counts();
}

TEST_F(Certificates, TheKeyWithoutItsCertificateDoesNotCount) {
  certificate();
  ASSERT_TRUE(approved_with(key_of("bo")));
  EXPECT_THAT(reason_of("bo"), HasSubstr("ssh-keygen: "));
  EXPECT_FALSE(ssh_keygen_accepts("bo"));
}

TEST_F(Certificates, OneForAnotherNameOfAnotherAuthorityOrOfAnotherTimeDoesNotCount) {
  for (const auto& [names, validity, authority] :
       {std::tuple("carl", "always:forever", "authority"), std::tuple("bo", "always:forever", "mallory"),
        std::tuple("bo", "20200101:20200102", "authority")}) {
    ASSERT_TRUE(approved_with(certificate(names, validity, authority)));
    EXPECT_THAT(reason_of("bo"), HasSubstr("ssh-keygen: ")) << names << " " << validity << " " << authority;
    EXPECT_FALSE(ssh_keygen_accepts("bo"));
  }
}

TEST_F(Certificates, TheSameKeyWithAndWithoutOneIsOnePerson) {
  allow_key("carla", "bo", "namespaces=\"nightlatch-plan\"");
  std::filesystem::remove(beside("ana.txt"));
  ASSERT_TRUE(approved_with(certificate()));
  ASSERT_TRUE(approved_with(key_of("bo"), "carla"));
  EXPECT_TRUE(ssh_keygen_accepts("carla"));
  EXPECT_EQ(reason_of("carla"), "the same key has approved under another name");
}

TEST_F(Certificates, WhoAppliesIsKnownByTheCertificateToo) {
  ASSERT_TRUE(approved_with(certificate()));
  input.choices.signer = {.name = "olga", .key = key_of("bo") + "-cert.pub"};
  EXPECT_EQ(reason_of("bo"), "the person who applies the plan does not approve it, too");
}

// --- a key that only an agent has

class Agent : public Signers {
 protected:
  Agent() : socket_("SSH_AUTH_SOCK", path("agent").c_str()) {
    EXPECT_EQ(agent_.start({"ssh-agent", "-D", "-a", path("agent")}, {}, quiet()), 0);
    for (int tries = 0; !std::filesystem::exists(path("agent")) && tries < 200; ++tries)
      EXPECT_EQ(run({"sleep", "0.02"}), 0);
    EXPECT_EQ(run({"ssh-add", "-q", key_of("bo")}, quiet()), 0);
    std::filesystem::remove(key_of_file("bo"));
  }
  // Without making it again.
  [[nodiscard]] std::string key_of_file(const std::string& name) const { return path("key-" + name); }
  [[nodiscard]] ChildStreams quiet() const { return {.out = nowhere_.get(), .err = nowhere_.get()}; }

 private:
  Fd nowhere_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  ScopedVariable socket_;
  Child agent_;
};

TEST_F(Agent, SignsWithAKeyOfWhichThereIsNoFile) {
  ASSERT_FALSE(std::filesystem::exists(key_of_file("bo")));
  auto report = approved_with(key_of_file("bo") + ".pub");
  ASSERT_TRUE(report) << report.error().errors[0].message;
  expect_counts();
}

TEST_F(Agent, AKeyThatItDoesNotHaveIsAnError) {
  EXPECT_EQ(run({"ssh-add", "-q", "-D"}, quiet()), 0);
  EXPECT_FALSE(approved_with(key_of_file("bo") + ".pub"));
  EXPECT_FALSE(std::filesystem::exists(beside("bo.sig")));
}

// --- a security key, in software: OpenSSH's own test library (Debian's package openssh-tests)

class SecurityKey : public Signers {
 protected:
  static constexpr const char* library = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so";
  void make_key() {
    std::string file = path("key-bo");
    for (const std::string& old : {file, file + ".pub"}) std::filesystem::remove(old);
    ASSERT_EQ(run({"ssh-keygen", "-q", "-t", "ed25519-sk", "-w", library, "-N", "", "-f", file}), 0);
    allow_nobody();
    allow("ana");
    allow("bo");
  }

  ScopedVariable provider_{"SSH_SK_PROVIDER", library};
};

TEST_F(SecurityKey, SignsAsOneOfHardwareDoes) {
  if (!std::filesystem::exists(library)) GTEST_SKIP() << library << " is not there";
  make_key();
  auto report = approved_with(path("key-bo"));
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_THAT(report->key, StartsWith("ED25519-SK key SHA256:"));
  expect_counts();
}

// --- everything that can be wrong

class Tampered : public Signers {
 protected:
  void text_becomes(const std::string& from, const std::string& to) {
    std::string text = read_file(beside("bo.txt")).value();
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
    ASSERT_TRUE(write_file_durably(beside("bo.txt"), text));
  }
  void signed_for(const std::string& purpose, const std::string& owner = "bo") {
    std::string text = read_file(beside("bo.txt")).value();
    ASSERT_TRUE(write_file_durably(beside("bo.sig"), ssh_sign(text, key_of(owner), purpose).value()));
  }
  void begin() {
    std::filesystem::remove_all(approvals_beside(plan_file()));
    person.night = evening_;
    allow_nobody();
    allow("ana");
    allow("bo");
    input.choices.signer = {.name = "olga", .key = key_of("olga")};
    ASSERT_TRUE(approved_by("ana"));
    ASSERT_TRUE(approved_by("bo"));
  }
  // What nightlatch says of the approval of bo, and what ssh-keygen alone says of its files.
  void expect(const char* what, bool signature_is_good, const std::string& why) {
    std::string reason = reason_of("bo");
    EXPECT_EQ(ssh_keygen_accepts("bo"), signature_is_good) << what;
    EXPECT_THAT(reason, HasSubstr(why)) << what;
    EXPECT_EQ(reason.starts_with("ssh-keygen: "), !signature_is_good) << what << ": " << reason;
  }

 private:
  std::chrono::system_clock::time_point evening_ = person.night;
};

TEST_F(Tampered, SshKeygenAgreesAboutEveryTextThatWasEdited) {
  begin();
  text_becomes("plan " + input.reviewed->hash.substr(0, 1),
               "plan " + std::string(input.reviewed->hash[0] == 'a' ? "b" : "a"));
  expect("another hash in the text", false, "ssh-keygen: ");
  begin();
  text_becomes("by bo", "by ana");
  expect("another name in the text", false, "ssh-keygen: ");
  begin();
  text_becomes("expires 2026", "expires 2096");
  expect("a later expiry", false, "ssh-keygen: ");
  begin();
  text_becomes("comment CHG-4711", "comment CHG-4712");
  expect("another comment", false, "ssh-keygen: ");
  begin();
  text_becomes("comment CHG-4711\n", "comment CHG-4711\n\n");
  EXPECT_THAT(reason_of("bo"), HasSubstr("an approval has four lines"))
      << "before its signature is looked at";
  EXPECT_FALSE(ssh_keygen_accepts("bo"));
}

TEST_F(Tampered, SshKeygenAgreesAboutWhoHasSignedAndForWhat) {
  begin();
  signed_for("nightlatch-plan", "mallory");
  expect("the signature of an unknown key", false, "ssh-keygen: ");
  begin();
  signed_for("nightlatch-plan", "ana");
  expect("the signature of another approver", false, "ssh-keygen: ");
  begin();
  for (const char* purpose : {"git", "file", "nightlatch-run"}) {
    signed_for(purpose);
    expect(purpose, false, "namespace does not match");
  }
  begin();
  std::string signature = read_file(beside("bo.sig")).value();
  ASSERT_TRUE(write_file_durably(beside("bo.sig"), signature.replace(signature.size() / 2, 1, "#")));
  expect("a damaged signature", false, "ssh-keygen: ");
  begin();
  allow_nobody();
  allow("ana");
  allow("bo", "namespaces=\"nightlatch-plan\",valid-before=\"20200101\"");
  expect("a key whose time is over", false, "ssh-keygen: ");
  begin();
  allow_nobody();
  allow("ana");
  allow("bo", "namespaces=\"git\"");
  expect("a key for something else", false, "ssh-keygen: ");
  begin();
  allow_nobody();
  allow("ana");
  expect("a person who may not", false, "ssh-keygen: ");
}

// The signature is good, and more than ssh-keygen knows is asked.
TEST_F(Tampered, NightlatchNamesWhatSshKeygenCannotKnow) {
  begin();
  person.night += 8h;
  expect("expired", true, "it expired at ");
  begin();
  input.choices.signer = {.name = "bo", .key = key_of("olga")};
  expect("self-approval by name", true, "the person who applies the plan");
  begin();
  input.choices.signer = {.name = "olga", .key = key_of("bo")};
  expect("self-approval by key", true, "the person who applies the plan");
  begin();
  Ports all = ports();
  plan::Plan reviewed = *input.reviewed;
  ASSERT_TRUE(make_plan(all, selection(), {.playbook = load_playbook("kubeadm-join").value()}, plan_file()));
  input.reviewed = read_plan(plan_file()).value();
  expect("a plan that was made again", true, "it approves another plan, ");
  ASSERT_TRUE(write_file_durably(plan_file(), plan::to_json(reviewed)));
  input.reviewed = reviewed;
}

// A plan file that was edited after its approval is refused before its approvals are asked, and so is one
// whose hash was made to fit: then its approvals are of another plan.
TEST_F(Tampered, APlanThatWasEditedAfterItsApprovalIsRefused) {
  begin();
  std::string bytes = read_file(plan_file()).value();
  std::string edited = bytes;
  edited.replace(edited.find("\"timeoutSeconds\""), 16, "\"timeoutSecondz\"");
  ASSERT_TRUE(write_file_durably(plan_file(), edited));
  EXPECT_FALSE(read_plan(plan_file()));
  plan::Plan other = *input.reviewed;
  other.playbook.gates.soak = 1s;
  ASSERT_TRUE(write_file_durably(plan_file(), plan::to_json(other)));
  auto read = read_plan(plan_file());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code.number, plan_errors::plan_edited.number);
  plan::seal(other);
  ASSERT_TRUE(write_file_durably(plan_file(), plan::to_json(other)));
  input.reviewed = read_plan(plan_file()).value();
  expect("a plan that was edited and sealed again", true, "it approves another plan, ");
}

}  // namespace
}  // namespace nightlatch::operate
