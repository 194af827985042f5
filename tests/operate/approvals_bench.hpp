// People with SSH keys, made by a real ssh-keygen, and an allowed_signers file.
#pragma once

#include <fcntl.h>
#include <map>
#include <string>

#include "operate/apply.hpp"
#include "operate/approvals.hpp"
#include "operate/plan.hpp"
#include "operate/playbooks.hpp"
#include "operate/rolled_bench.hpp"
#include "util/child.hpp"

namespace nightlatch::operate {

class ApprovalsBench : public RolledBench {
 protected:
  ApprovalsBench() {
    Ports all = ports();
    PlanInput wanted;
    wanted.playbook = load_playbook("health-only").value();
    auto made = make_plan(all, selection(), wanted, plan_file());
    EXPECT_TRUE(made);
    input.choices.prompting = rollout::Prompting::assume_yes;
    input.choices.plan_file = plan_file();
    input.reviewed = read_plan(plan_file()).value();
    input.choices.approvals = {.required = 2, .allowed_signers = signers(), .self = spec::SelfApproval::deny};
    input.choices.signer = {.name = "olga", .key = key_of("olga")};
    allow("ana");
    allow("bo");
  }

  [[nodiscard]] std::string plan_file() const { return (directory / "lockdown.json").string(); }
  [[nodiscard]] std::string signers() const { return (directory / "allowed_signers").string(); }
  [[nodiscard]] std::filesystem::path beside(const std::string& name) const {
    return approvals_beside(plan_file()) / name;
  }

  // 0: it has ended well.
  static int run(std::vector<std::string> words, const ChildStreams& streams = {}) {
    Child child;
    if (child.start(std::move(words), {}, streams) != 0) return -1;
    return child.wait(std::chrono::seconds(20)).value_or(-1);
  }

  // The private half; made when it is asked for first.
  std::string key_of(const std::string& name) const {
    std::filesystem::path file = directory / ("key-" + name);
    bool is_there = std::filesystem::exists(file);
    EXPECT_TRUE(is_there ||
                run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file.string()}) == 0);
    return file.string();
  }

  // From now on, as well as those before.
  void allow(const std::string& name, const std::string& options = "namespaces=\"nightlatch-plan\"") {
    allow_key(name, name, options);
  }
  void allow_key(const std::string& name, const std::string& owner, const std::string& options) {
    allowed_ += name + " " + options + " " + read_file(key_of(owner) + ".pub").value();
    EXPECT_TRUE(write_file_durably(signers(), allowed_));
  }
  void allow_nobody() { allowed_.clear(); }

  Outcome<report::ApprovalReport> approved_by(const std::string& name, const std::string& expires = "8h") {
    return approve(person, {.plan_file = plan_file(),
                            .signer = {.name = name, .key = key_of(name)},
                            .expires = expires,
                            .comment = "CHG-4711"});
  }
  Outcome<report::RunReport> run_apply() {
    Ports all = ports();
    return apply(all, selection(), input);
  }

  // Why the approval does not count, as the refusal of `apply` says it; empty: the plan was applied, or the
  // refusal does not name it.
  std::string reason_of(const std::string& name) {
    auto report = run_apply();
    if (report) return {};
    EXPECT_EQ(exit_code(report), Exit::refused);
    EXPECT_TRUE(changed_nodes().empty());
    EXPECT_EQ(runs_kept(), 0U) << "a run that was refused has begun";
    const std::string before = name + "  does not count: ";
    for (const std::string& line : report.error().errors.front().details) {
      if (line.starts_with(before)) return line.substr(before.size());
    }
    return {};
  }

  // What ssh-keygen alone says of the files.
  [[nodiscard]] bool ssh_keygen_accepts(const std::string& name) const {
    Fd text(::open(beside(name + ".txt").c_str(), O_RDONLY | O_CLOEXEC));
    Fd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    return run({"ssh-keygen", "-Y", "verify", "-f", signers(), "-I", name, "-n", "nightlatch-plan", "-s",
                beside(name + ".sig").string()},
               {.in = text.get(), .out = nowhere.get(), .err = nowhere.get()}) == 0;
  }

  ApplyInput input;

 private:
  std::string allowed_;
};

}  // namespace nightlatch::operate
