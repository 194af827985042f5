// Bundles of runs, and everything that can be wrong with one. sha256sum and ssh-keygen judge them, too.
#include "operate/bundle.hpp"

#include <functional>

#include "operate/approvals_bench.hpp"
#include "operate/errors.hpp"
#include "operate/history.hpp"
#include "report/schema_check.hpp"
#include "rollout/errors.hpp"
#include "util/errors.hpp"
#include "util/hash.hpp"
#include "util/ssh_signature.hpp"
#include "util/tar.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using Files = std::map<std::string, std::string>;
using report::VerifiedRun;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Bundles : public ApprovalsBench {
 protected:
  Bundles() {
    EXPECT_TRUE(approved_by("ana"));
    EXPECT_TRUE(approved_by("bo"));
    auto report = run_apply();
    EXPECT_TRUE(report);
    id = report->run;
  }

  [[nodiscard]] std::string bundle() const { return (directory / "run.tar").string(); }
  void write(const std::string& key = {}) const {
    auto report = export_run({.run = id, .out = bundle(), .key = key});
    ASSERT_TRUE(report) << report.error().errors.front().message;
    EXPECT_THAT(report::schema_faults(report::bundle_json(*report)), IsEmpty());
  }
  [[nodiscard]] Files files() const { return read_tar(read_file(bundle()).value(), bundle()).value(); }
  void replace(const Files& changed) const {
    ASSERT_TRUE(write_file_durably(bundle(), write_tar(changed, 0).value()));
  }
  void change(const std::function<void(Files&)>& how) const {
    Files all = files();
    how(all);
    replace(all);
  }
  [[nodiscard]] VerifiedRun verified(const std::string& allowed = {}) const {
    auto runs = verify_runs({.what = bundle(), .allowed_signers = allowed});
    EXPECT_TRUE(runs);
    EXPECT_THAT(report::schema_faults(report::verification_json(*runs)), IsEmpty());
    return runs->front();
  }
  // The one fault.
  [[nodiscard]] std::string fault(const std::string& allowed = {}) const {
    VerifiedRun one = verified(allowed);
    if (one.faults.size() != 1) return fmt::format("{} faults", one.faults.size());
    const Error& error = one.faults.front();
    std::string message = error.message;
    if (message.starts_with(bundle() + ": ")) message = message.substr(bundle().size() + 2);
    return fmt::format("{} {}", code_name(error.code.number), message);
  }
  // As somebody would who wants to hide a change: the checksums are made again.
  void sum_up_again() const {
    change([&](Files& all) {
      std::string sums;
      for (const auto& [name, bytes] : all) {
        std::string below = name.substr(id.size() + 1);
        if (!below.starts_with("SHA256SUMS")) sums += sha256_hex(bytes) + "  " + below + "\n";
      }
      all[id + "/SHA256SUMS"] = sums;
    });
  }

  std::string id;
};

TEST_F(Bundles, HoldEverythingAndVerifyWithNothingElse) {
  write();
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files()) names.push_back(name.substr(id.size() + 1));
  EXPECT_THAT(names,
              ElementsAre("SHA256SUMS", "evidence.json", "journal.jsonl", "plan.json",
                          "plan.json.sigs/ana.sig", "plan.json.sigs/ana.txt", "plan.json.sigs/bo.sig",
                          "plan.json.sigs/bo.txt", "report.html", "report.md", "start.sig", "start.txt"));
  std::filesystem::remove_all(directory / "state");
  VerifiedRun one = verified();
  EXPECT_THAT(one.faults, IsEmpty());
  EXPECT_EQ(one.run, id);
  EXPECT_EQ(one.outcome, "done");
  EXPECT_EQ(one.signed_with, "");
}

TEST_F(Bundles, AreTheSameBytesEachTime) {
  write();
  std::string first = read_file(bundle()).value();
  write();
  EXPECT_EQ(read_file(bundle()).value(), first);
}

TEST_F(Bundles, AreAcceptedByTarSha256sumAndSshKeygen) {
  write(key_of("ana"));
  std::string script =
      "cd '" + directory.path().string() + "' && tar xf run.tar && cd '" + id +
      "' && sha256sum -c --quiet --strict SHA256SUMS && ssh-keygen -Y verify -f ../allowed_evidence -I ana "
      "-n nightlatch-evidence -s SHA256SUMS.sig < SHA256SUMS >/dev/null";
  std::string public_key = read_file(key_of("ana") + ".pub").value();
  ASSERT_TRUE(write_file_durably(directory / "allowed_evidence",
                                 "ana namespaces=\"nightlatch-evidence\" " + public_key));
  EXPECT_EQ(ApprovalsBench::run({"sh", "-c", script}), 0);
  EXPECT_THAT(verified((directory / "allowed_evidence").string()).signed_by, ElementsAre("ana"));
}

TEST_F(Bundles, EveryFileThatWasChangedAddedOrRemovedIsNamed) {
  write();
  const Files whole = files();
  std::size_t seen = 0;
  for (const auto& [name, bytes] : whole) {
    std::string below = name.substr(id.size() + 1);
    if (below == "SHA256SUMS") continue;
    ++seen;
    Files changed = whole;
    changed[name] += " ";
    replace(changed);
    EXPECT_EQ(fault(), "NL1093 " + below + " was changed: SHA256SUMS has another SHA-256 of it");
    changed.erase(name);
    replace(changed);
    EXPECT_EQ(fault(), "NL1093 " + below + " was removed");
  }
  EXPECT_EQ(seen, 11U);
  Files more = whole;
  more[id + "/notes.txt"] = "x";
  replace(more);
  EXPECT_EQ(fault(), "NL1093 notes.txt was added: SHA256SUMS does not have it");
  EXPECT_EQ(report::exit_of({verified()}), Exit::usage);
}

TEST_F(Bundles, ChecksumsThatWereChangedAreNamed) {
  write();
  const Files whole = files();
  const std::string sums = id + "/SHA256SUMS";
  Files changed = whole;
  changed[sums][0] = changed[sums][0] == '0' ? '1' : '0';
  replace(changed);
  EXPECT_EQ(fault(), "NL1093 evidence.json was changed: SHA256SUMS has another SHA-256 of it");
  changed = whole;
  changed[sums] += "what is this\n";
  replace(changed);
  EXPECT_EQ(fault(), "NL1093 SHA256SUMS has a line that sha256sum did not write: what is this");
  changed = whole;
  changed[sums] += changed[sums].substr(0, changed[sums].find('\n') + 1);
  replace(changed);
  EXPECT_THAT(fault(), HasSubstr("NL1093 SHA256SUMS has a line that sha256sum did not write"));
  changed = whole;
  changed.erase(sums);
  replace(changed);
  EXPECT_EQ(fault(), "NL1092 there is no SHA256SUMS in it");
}

// New checksums do not help: the journal has its own chain, and the evidence its head.
TEST_F(Bundles, AJournalThatWasChangedWithItsChecksumIsNamedByItsRecord) {
  write();
  const std::string journal = id + "/journal.jsonl";
  change([&](Files& all) { all[journal].replace(all[journal].find("\"by\":\""), 6, "\"by\": \""); });
  sum_up_again();
  EXPECT_EQ(fault(), "NL4002 " + bundle() + "/journal.jsonl:1: record 1 was changed after it was written");
  write();
  change([&](Files& all) {
    std::string& bytes = all[journal];
    bytes.resize(bytes.rfind('\n', bytes.size() - 2) + 1);
  });
  sum_up_again();
  EXPECT_THAT(fault(), HasSubstr("is missing at its end, by evidence.json"));
}

TEST_F(Bundles, ASignatureIsOneOfTheseChecksums) {
  write(key_of("ana"));
  EXPECT_THAT(verified().faults, IsEmpty());
  EXPECT_THAT(verified().signed_with, HasSubstr("ED25519 key SHA256:"));
  const std::string plan = id + "/report.md";
  change([&](Files& all) { all[plan] += "all was well\n"; });
  sum_up_again();
  EXPECT_THAT(fault(), HasSubstr("NL1006 ssh-keygen: "));
}

TEST_F(Bundles, ASignerThatIsDemandedMustHaveSigned) {
  std::string allowed = (directory / "allowed_evidence").string();
  std::string options = " namespaces=\"nightlatch-evidence\" ";
  ASSERT_TRUE(write_file_durably(allowed, "ana" + options + read_file(key_of("ana") + ".pub").value()));
  write();
  EXPECT_EQ(fault(allowed), "NL1094 nobody has signed it");
  EXPECT_EQ(report::exit_of({verified(allowed)}), Exit::refused);
  write(key_of("eve"));
  EXPECT_THAT(fault(allowed), HasSubstr("NL1006 signed with ED25519 key SHA256:"));
  EXPECT_THAT(fault(allowed), HasSubstr("whom " + allowed + " does not name"));
  write(key_of("ana"));
  EXPECT_THAT(verified(allowed).faults, IsEmpty());
  EXPECT_THAT(verified(allowed).signed_by, ElementsAre("ana"));
  // A signature for another purpose: an approval is none of a bundle.
  change([&](Files& all) {
    all[id + "/SHA256SUMS.sig"] = ssh_sign(all[id + "/SHA256SUMS"], key_of("ana"), "nightlatch-plan").value();
  });
  EXPECT_THAT(fault(allowed), HasSubstr("NL1006"));
}

TEST_F(Bundles, WhatIsNoneIsRefused) {
  ASSERT_TRUE(write_file_durably(bundle(), "no tar at all"));
  EXPECT_THAT(fault(), HasSubstr("NL1041"));
  write();
  change([&](Files& all) { all["elsewhere/x"] = "y"; });
  EXPECT_EQ(fault(), "NL1092 elsewhere/x is not below " + id + "/");
  write();
  std::string bytes = read_file(bundle()).value();
  ASSERT_TRUE(write_file_durably(bundle(), bytes + "appended"));
  EXPECT_EQ(fault(), "NL1041 something else than its end follows the last file");
  ASSERT_TRUE(write_file_durably(bundle(), bytes.substr(0, bytes.size() / 2)));
  EXPECT_THAT(fault(), HasSubstr("NL1041"));
  EXPECT_EQ(code_of(verify_runs({.what = "none.tar"})), util_errors::file_unreadable.number);
  EXPECT_EQ(code_of(export_run({.run = "20200101T0000-0000", .out = bundle()})),
            operate_errors::run_unknown.number);
}

}  // namespace
}  // namespace nightlatch::operate
