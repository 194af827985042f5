// The fixture of the tests that type the advice of docs/errors.md in the state that raised its code.
#pragma once

#include <algorithm>
#include <array>
#include <functional>

#include "api/errors.hpp"
#include "node/errors.hpp"
#include "operate/advice_bench.hpp"
#include "places.hpp"

namespace nightlatch::operate {

class AdviceInState : public AdviceBench {
 protected:
  using Verb = node::Verb;
  // A code, how it comes about, and what the advice asks a person to do before its command.
  struct Row {
    int code;
    std::function<Said()> raise;
    std::function<void()> mend = [] {};
    // The second command follows the first: "…; then nightlatch apply PLAN".
    bool one_after_the_other = false;
    std::string only{};  // how the command begins that is for this state, where there are several
  };

  void begin() {
    start_anew();
    cluster.through_balancer = {};
    person.answer = [](const std::string&) { return rollout::Choice::yes; };
    person.night = evening_;
    for (const char* name : {"PLAN", "FILE", "MANIFEST"}) std::filesystem::remove(path(name));
    write("FILE", "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n");
    write("MANIFEST", node("cp1").facts.manifest.bytes);
    cluster.add_host("cp4");
  }
  void write(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(write_file_durably(path(name), bytes));
  }
  Said done(const std::string& command) {
    Said said = go(command);
    EXPECT_EQ(said.exit, Exit::done) << command << ": " << said.text;
    return said;
  }
  // A plan that was reviewed, and lies in the file PLAN.
  Said reviewed() { return done("nightlatch plan -p health-only --out PLAN"); }
  Said apply() { return go("nightlatch apply PLAN"); }
  void roll_through() {
    reviewed();
    EXPECT_EQ(apply().exit, Exit::done);
  }
  // The workstation of an apply is lost there.
  void cut(const char* name, const char* step) {
    reviewed();
    driver.kill_at = {name, step, rollout::Phase::done};
    static_cast<void>(apply());
    driver.kill_at.reset();
  }
  void edit(const std::string& name, const std::string& from, const std::string& to) {
    node(name).set_manifest(plan::replaced(node(name).facts.manifest.bytes, from, to));
  }
  void close(const std::string& name) {
    edit(name, "    - --secure-port=6443\n", "    - --anonymous-auth=false\n    - --secure-port=6443\n");
  }
  void refuse(const std::string& name, Verb verb) {
    node(name).script.instead = [this, name,
                                 verb](const node::Request& request) -> std::optional<node::Reply> {
      if (request.verb != verb) return std::nullopt;
      return node(name).script.refuse("cannot write (disk full?)");
    };
  }
  // Its API server answers a question so, once it is new; `stays`: from then on.
  void answer_once_new(const std::string& name, std::function<void(facts::Seen&)> change, bool stays) {
    node(name).script.seen = [=, this, was_new = false](facts::Seen& seen) mutable {
      bool is_new = exposure(name) == access::ExposureState::restricted;
      was_new = was_new || is_new;
      if (stays ? was_new : is_new) change(seen);
    };
  }
  void mend() {
    for (auto& one : cluster.nodes) {
      one->script.seen = {};
      one->script.instead = {};
      one->late.clear();
      one->unreachable.reset();
      one->unreadable.reset();
    }
    cluster.cluster_api->away.reset();
    cluster.cluster_api->lock_unwritable.reset();
    cluster.cluster_api->object_unwritable.reset();
    cluster.cluster_api->change_sight = [](facts::ClusterSight&) {};
    person.answer = [](const std::string&) { return rollout::Choice::yes; };
  }
  void on_question_about(const std::string& name, std::function<void()> what) {
    person.answer = [=](const std::string& asked) {
      if (asked == name) what();
      return rollout::Choice::yes;
    };
  }

  // Somebody at another workstation takes the lock away, applies, and loses the workstation there.
  void cut_elsewhere(const char* name, const char* step) {
    std::filesystem::path elsewhere = directory / "elsewhere";
    std::filesystem::remove_all(elsewhere);
    ScopedVariable state_elsewhere{"XDG_STATE_HOME", elsewhere.c_str()};
    BenchOperator other;
    other.night = person.night + std::chrono::minutes(1);
    VirtualDriver drives;
    drives.kill_at = {name, step, rollout::Phase::done};
    Ports all{.connections = cluster,
              .person = other,
              .drive = [&](rollout::Run& run, rollout::Journal& journal,
                           rollout::Ports& asked) { return drives.drive(cluster, run, journal, asked); },
              .client = [&](const std::shared_ptr<cluster::ApiServer>&) { return drives.client(); }};
    std::optional<api::Lease> ours = cluster.cluster_api->lease;
    EXPECT_TRUE(break_lock(all, selection(), "nobody knew of that run"));
    ApplyInput input;
    input.plan.playbook = load_playbook("health-only").value();
    input.choices = yes();
    auto report = operate::apply(all, selection(), input);
    EXPECT_TRUE(report) << report.error().errors.front().message;
    cluster.cluster_api->lease = ours;  // this one looks at the node before it looks at its lock
  }
  // kubeadm-config is part of the plan.
  void plan_with_kubeadm_config() {
    cluster.cluster_api->facts.kubeadm_config = read_file(path("FILE")).value();
    reviewed();
  }
  // From its swap on, no answer of the node arrives.
  void lose_answers_once_swapped(const std::string& name) {
    node(name).script.instead =
        [was_swapped = false](const node::Request& request) mutable -> std::optional<node::Reply> {
      was_swapped = was_swapped || request.verb == Verb::swap;
      return was_swapped ? std::optional(node::Reply{}) : std::nullopt;
    };
  }

  std::vector<Row> rows_of_commands();
  std::vector<Row> rows_of_findings();
  std::vector<Row> rows_of_plans();
  std::vector<Row> rows_of_runs();
  std::vector<Row> rows_of_stops();
  std::vector<Row> rows_of_restores();
  std::vector<Row> rows() {
    std::vector<Row> all = rows_of_commands();
    for (auto more :
         {rows_of_findings(), rows_of_plans(), rows_of_runs(), rows_of_stops(), rows_of_restores()})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  static bool only_reads(const std::string& command) {
    constexpr std::array reading{"status", "detect", "history", "verify", "rewrite"};
    return std::any_of(reading.begin(), reading.end(), [&](const char* verb) {
      return command.starts_with(std::string("nightlatch ") + verb);
    });
  }
  void play(const Row& row, const std::vector<std::string>& commands) {
    begin();
    Said said = row.raise();
    EXPECT_TRUE(said.codes.contains(row.code)) << "it did not come about; but: " << said.text;
    row.mend();
    for (const std::string& command : commands) {
      Said answer = go(command);
      bool is_refused = answer.exit == Exit::refused || answer.exit == Exit::usage;
      EXPECT_FALSE(is_refused) << command << ": " << answer.text;
    }
  }

 private:
  std::chrono::system_clock::time_point evening_ = person.night;
};

}  // namespace nightlatch::operate
