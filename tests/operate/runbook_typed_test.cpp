// What a runbook tells people to type is typed: the commands of nightlatch in their order on a scripted
// cluster, and the lines of "By hand" by a real shell in a directory that stands for /etc/kubernetes.
#include <fcntl.h>
#include <regex>

#include "operate/approvals_bench.hpp"
#include "operate/rollback.hpp"
#include "operate/runbook.hpp"
#include "operate/verify.hpp"
#include "util/child.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class TypedRunbook : public ApprovalsBench {
 protected:
  TypedRunbook() {
    Ports all = ports();
    RunbookInput wanted;
    wanted.plan_file = plan_file();
    auto written = runbook(all, {}, wanted);
    EXPECT_TRUE(written);
    text_ = written->text;
  }

  // The shell blocks below a heading, until the next one of any rank; empty: all of them.
  [[nodiscard]] std::vector<std::string> blocks_below(const std::string& heading) const {
    std::vector<std::string> blocks;
    bool below = heading.empty();
    bool in_block = false;
    for (const std::string& line : lines_of(text_)) {
      if (!in_block && line.starts_with("##")) below = heading.empty() || line == heading;
      if (in_block && line == "```") {
        in_block = false;
      } else if (in_block) {
        blocks.back() += line + "\n";
      } else if (below && line == "```sh") {
        in_block = true;
        blocks.emplace_back();
      }
    }
    return blocks;
  }

  Exit type(const std::string& command) {
    std::vector<std::string> words = split(command, ' ');
    std::string what = words.at(1);
    std::string option = words.size() > 3 ? words.at(3) : "";
    Ports all = ports();
    if (what == "plan" && words.at(2) == "show") return read_plan(words.at(3)) ? Exit::done : Exit::usage;
    if (what == "verify") {
      auto outcome =
          verify(all, selection(), {.asked_playbook = option, .playbook = load_playbook(option).value()});
      return outcome ? exit_of(*outcome) : outcome.error().exit;
    }
    if (what == "rollback") return exit_code(roll_back(all, selection(), {.choices = without_asking()}));
    if (what != "apply" || words.at(2) != plan_file()) throw std::invalid_argument(command);
    ApplyInput one;
    one.reviewed = read_plan(plan_file()).value();
    one.choices = without_asking();
    one.choices.plan_file = plan_file();
    one.choices.dry_run = option == "--dry-run" ? report::DryRun::yes : report::DryRun::no;
    one.choices.rehearse = option == "--rehearse" ? Rehearse::yes : Rehearse::no;
    return exit_code(apply(all, selection(), one));
  }

  std::string text_;
};

TEST_F(TypedRunbook, EachCommandEndsWithZeroWhereItStands) {
  std::vector<std::string> typed;
  for (const std::string& block : blocks_below("")) {
    for (const std::string& line : lines_of(block)) {
      if (!line.starts_with("nightlatch ")) continue;
      person.night += std::chrono::minutes(10);
      typed.push_back(line);
      EXPECT_EQ(type(line), Exit::done) << line;
      if (line != "nightlatch rollback") continue;
      // Verification stands behind the rollback on the page: it is asked after another change.
      EXPECT_EQ(exposure("cp1"), access::ExposureState::open);
      EXPECT_EQ(type("nightlatch apply " + plan_file()), Exit::done);
      EXPECT_EQ(exposure("cp1"), access::ExposureState::restricted);
    }
  }
  EXPECT_THAT(typed, ElementsAre("nightlatch apply " + plan_file() + " --dry-run",
                                 "nightlatch plan show " + plan_file(),
                                 "nightlatch apply " + plan_file() + " --dry-run",
                                 "nightlatch apply " + plan_file() + " --rehearse",
                                 "nightlatch apply " + plan_file(), "nightlatch verify -p health-only",
                                 "nightlatch rollback", "nightlatch verify -p health-only"));
}

// A node's files, a curl that answers as the manifest there says, and a shell that reads the page.
class RunbookByHand : public TypedRunbook {
 protected:
  void lay_out(const std::string& step) {
    change_ = std::get<plan::ManifestChange>(input.reviewed->changes.at(0));
    before_ = node("cp1").facts.manifest.bytes;
    after_ = manifest::apply(before_, change_.splices);
    put_file("manifests/kube-apiserver.yaml", after_);
    put_file("nightlatch/state", "run=20261122T0114-7f3a\nstep=" + step + "\n");
    put_file(run_ + "manifest.before", before_);
    std::string owner = std::to_string(::getuid()) + ":" + std::to_string(::getgid());
    put_file(run_ + "env", "run=20261122T0114-7f3a\nowner=" + owner + "\nmode=600\n");
    put_file(run_ + "guard", "[ \"$1\" = restore ] && cp " + at(run_ + "manifest.before") + " " +
                                 at("manifests/kube-apiserver.yaml") + "\n");
    put_file("bin/curl", "#!/bin/sh\nif cmp -s " + at("manifests/kube-apiserver.yaml") + " " +
                             at(run_ + "manifest.before") + "; then printf 200; else printf 401; fi\n");
    std::filesystem::permissions(at("bin/curl"), std::filesystem::perms::owner_all);
  }

  [[nodiscard]] std::string at(const std::string& file) const {
    return (directory / "kubernetes" / file).string();
  }
  void put_file(const std::string& file, const std::string& bytes) const {
    ASSERT_TRUE(write_file_durably(at(file), bytes));
  }
  [[nodiscard]] std::string manifest_there() const {
    return read_file(at("manifests/kube-apiserver.yaml")).value();
  }

  // The blocks for cp1 and those that are for every node, but for the one of the other case.
  [[nodiscard]] std::vector<std::string> lines_for_cp1(char block) const {
    std::vector<std::string> all = blocks_below("### By hand, when nightlatch is gone");
    EXPECT_THAT(all, SizeIs(7)) << "three nodes, then four blocks";
    return {all.at(0), all.at(3), all.at(block == 'A' ? 4 : 5), all.at(6)};
  }
  // All of it in one shell, as a person types it; what it says.
  std::string typed(const std::vector<std::string>& blocks) const {
    std::string script = "PATH=" + at("bin") + ":$PATH\n" + join(blocks, "");
    script = std::regex_replace(script, std::regex("/etc/kubernetes"), (directory / "kubernetes").string());
    put_file("typed", script);
    Fd in(::open(at("typed").c_str(), O_RDONLY | O_CLOEXEC));
    Fd out = memory_file();
    static_cast<void>(run({"sh"}, {.in = in.get(), .out = out.get(), .err = out.get()}));
    return end_of_file(out, 4096);
  }

  plan::ManifestChange change_;
  std::string before_;
  std::string after_;
  std::string run_ = "nightlatch/runs/20261122T0114-7f3a/";
};

TEST_F(RunbookByHand, AConfirmedNodeGetsItsOldManifestBack) {
  lay_out("confirmed");
  std::string said = typed(lines_for_cp1('B'));
  EXPECT_THAT(said, HasSubstr("step=confirmed\nNEW\n"));
  EXPECT_THAT(said, HasSubstr("the API server answers as before\n"));
  EXPECT_EQ(manifest_there(), before_);
  EXPECT_EQ(sha256_hex(manifest_there()), change_.sha256_before);
  EXPECT_FALSE(std::filesystem::exists(at("nightlatch/.by-hand")));
  auto mode = std::filesystem::status(at("manifests/kube-apiserver.yaml")).permissions();
  EXPECT_EQ(static_cast<unsigned>(mode), 0600U);
}

TEST_F(RunbookByHand, ANodeInMidChangeIsPutBackByItsGuard) {
  lay_out("swapped");
  std::string said = typed(lines_for_cp1('A'));
  EXPECT_THAT(said, HasSubstr("step=swapped\nNEW\n"));
  EXPECT_THAT(said, HasSubstr("the API server answers as before\n"));
  EXPECT_EQ(manifest_there(), before_);
}

TEST_F(RunbookByHand, AManifestThatSomebodyElseHasChangedStaysAsItIs) {
  lay_out("confirmed");
  put_file("manifests/kube-apiserver.yaml", after_ + "# of somebody else\n");
  std::vector<std::string> blocks = lines_for_cp1('B');
  blocks.pop_back();  // it waits
  EXPECT_THAT(typed(blocks), HasSubstr("FOREIGN\n"));
  EXPECT_EQ(manifest_there(), after_ + "# of somebody else\n");
  EXPECT_FALSE(std::filesystem::exists(at("nightlatch/.by-hand")));
}

TEST_F(RunbookByHand, ABackupThatIsNotTheOldManifestIsNotPutBack) {
  lay_out("confirmed");
  put_file(run_ + "manifest.before", before_ + "# damaged\n");
  std::vector<std::string> blocks = lines_for_cp1('B');
  blocks.pop_back();
  static_cast<void>(typed(blocks));
  EXPECT_EQ(manifest_there(), after_);
}

}  // namespace
}  // namespace nightlatch::operate
