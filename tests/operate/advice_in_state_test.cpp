// Every command that docs/errors.md advises is typed in the state that raised the code, and is not refused
// there.
#include <algorithm>
#include <array>
#include <functional>

#include "api/errors.hpp"
#include "node/errors.hpp"
#include "operate/advice_bench.hpp"

namespace nightlatch::operate {
namespace {

using node::Verb;

// A code, how it comes about, and what the advice asks a person to do before its command.
struct Row {
  int code;
  std::function<Said()> raise;
  std::function<void()> mend = [] {};
  bool one_after_the_other = false;  // the second command follows the first: "…; then nightlatch apply PLAN"
};

class AdviceInState : public AdviceBench {
 protected:
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
    person.answer = [](const std::string&) { return rollout::Choice::yes; };
  }
  void on_question_about(const std::string& name, std::function<void()> what) {
    person.answer = [=](const std::string& asked) {
      if (asked == name) what();
      return rollout::Choice::yes;
    };
  }

  std::vector<Row> rows_of_commands();
  std::vector<Row> rows_of_findings();
  std::vector<Row> rows_of_plans();
  std::vector<Row> rows_of_runs();
  std::vector<Row> rows() {
    std::vector<Row> all = rows_of_commands();
    for (auto more : {rows_of_findings(), rows_of_plans(), rows_of_runs()})
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

std::vector<Row> AdviceInState::rows_of_commands() {
  auto mended = [this] { mend(); };
  return {
      {1056, [this] { return go("nightlatch rollback 20200101T0000-0000"); }},
      {1057,
       [this] {
         roll_through();
         std::string first = newest_run();
         done("nightlatch rollback");
         auto journal = directory / "state/nightlatch/prod-eu1/runs" / first / "journal.jsonl";
         EXPECT_TRUE(write_file_durably(journal, "cut\n{}\n"));
         return go("nightlatch rollback");
       }},
      {1060,
       [this] {
         reviewed();
         cluster.cluster_api->hold_lock_elsewhere("20261122T0200-0000");
         return apply();
       }},
      {1062,
       [this] {
         Ports all = ports();
         return Said{.codes = {code_of(break_lock(all, selection(), "the workstation is gone"))}};
       }},
      {1065,
       [this] {
         roll_through();
         return go("nightlatch confirm RUN");
       }},
      {1066,
       [this] {
         cut("cp1", "swapped");
         node("cp1").script.guard_restores();
         node("cp1").set_manifest(node("cp1").script.manifest);
         return go("nightlatch confirm RUN");
       },
       [] {}, true},
      {1067,
       [this] {
         cut("cp1", "swapped");
         node("cp1").answers = [](const facts::Expectation&) { return 0; };
         return go("nightlatch confirm RUN");
       }},
      {1068,
       [this] {
         cut("cp1", "armed");
         return go("nightlatch confirm RUN");
       }},
      {1069,
       [this] {
         roll_through();
         refuse("cp4", Verb::place);
         return go("nightlatch node prepare HOST");
       },
       mended},
      {1210,
       [this] {
         node("cp2").unreachable = error_of(node_errors::session_cut, "cp2: the connection broke");
         return go("nightlatch detect");
       },
       mended},
      {1218,
       [this] {
         node("cp2").unreadable = error_of(node_errors::script_failed, "cp2: no last line");
         return go("nightlatch detect");
       },
       mended},
      {1344,
       [this] {
         roll_through();
         edit("cp2", "path: /etc/kubernetes/nightlatch", "path: /srv/nightlatch");
         return go("nightlatch rollback");
       }},
      {1416,
       [this] {
         reviewed();
         cluster.cluster_api->lock_unwritable = error_of(api_errors::lease_conflict, "was written");
         return apply();
       },
       mended},
  };
}

std::vector<Row> AdviceInState::rows_of_findings() {
  return {
      {2104,
       [this] {
         close("cp1");
         return go("nightlatch detect");
       }},
      {2107,
       [this] {
         for (const char* name : {"cp1", "cp2", "cp3"}) close(name);
         return go("nightlatch detect");
       }},
      {2120,
       [this] {
         write("FILE",
               "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n"
               "  - name: anonymous-auth\n    value: \"false\"\n");
         cluster.cluster_api->facts.kubeadm_config = read_file(path("FILE")).value();
         return go("nightlatch detect");
       }},
  };
}

std::vector<Row> AdviceInState::rows_of_plans() {
  auto mended = [this] { mend(); };
  auto with_logins = [this] {
    for (const char* name : {"cp1", "cp2", "cp3"})
      edit(name, "    - --secure-port=6443\n",
           "    - --oidc-issuer-url=https://login.example.org\n    - --oidc-client-id=k8s\n"
           "    - --secure-port=6443\n");
    write("FILE", "token\n");
    return reviewed();
  };
  return {
      {3001,
       [this] {
         write("PLAN", "{}\n");
         auto plan = read_plan(path("PLAN"));
         return Said{.codes = {plan ? 0 : plan.error().code.number}};
       }},
      {3003,
       [this] {
         reviewed();
         node("cp2").set_manifest(node("cp2").facts.manifest.bytes + "# by hand\n");
         return apply();
       }},
      {3218,
       [this] {
         cut("cp2", "swapped");
         return go("nightlatch plan -p health-only");
       }},
      {3226,
       [this] {
         reviewed();
         type("nightlatch apply -p health-only --rehearse");
         return go("nightlatch resume RUN");
       }},
      {3251,
       [this] {
         cut("cp2", "swapped");
         return go("nightlatch node prepare HOST");
       }},
      {3253,
       [this] {
         roll_through();
         node("cp4").facts.machine_id = "machine-1";
         return go("nightlatch node prepare HOST");
       }},
      {3260,
       [this] {
         roll_through();
         return go("nightlatch rollback RUN --skip cp9");
       }},
      {3304, [this] { return reviewed(); }, [this] { EXPECT_EQ(apply().exit, Exit::done); }},
      {3305, with_logins},
      {3308,
       [this] {
         node("cp3").facts.running_argv.clear();
         node("cp3").facts.pod.running = false;
         return reviewed();
       }},
      {3320,
       [this] {
         cluster.cluster_api->facts.kubeadm_config = read_file(path("FILE")).value();
         roll_through();
         take_api_away();
         return go("nightlatch rollback");
       },
       mended},
      {3332,
       [this] {
         roll_through();
         lose_host("cp3");
         return go("nightlatch rollback RUN --skip cp3");
       },
       mended},
      {3336,
       [this] {
         roll_through();
         cluster.cluster_api->facts.control_plane.push_back({"cp4", "10.0.0.14", "machine-4", true});
         return go("nightlatch rollback");
       }},
      {3337,
       [this] {
         roll_through();
         Ports all = ports();
         auto opened = open_again(all, selection(), {.because = "an incident", .choices = yes()});
         Said said;
         if (opened) {
           for (const plan::PlanCheck& check : opened->plan.checks) said.codes.insert(check.code);
         }
         return said;
       }},
  };
}

std::vector<Row> AdviceInState::rows_of_runs() {
  auto mended = [this] { mend(); };
  auto silent = [](facts::Seen& seen) {
    if (seen.question.path == "/readyz") seen.status = 500;
  };
  return {
      {4002,
       [this] {
         roll_through();
         auto journal = directory / "state/nightlatch/prod-eu1/runs" / newest_run() / "journal.jsonl";
         EXPECT_TRUE(write_file_durably(journal, "cut\n{}\n"));
         return go("nightlatch history RUN");
       }},
      {4101,
       [this] {
         reviewed();
         on_question_about(
             "cp2", [this] { node("cp2").set_manifest(node("cp2").facts.manifest.bytes + "# by hand\n"); });
         return apply();
       },
       mended},
      {4106,
       [this] {
         reviewed();
         person.answer = [](const std::string&) { return rollout::Choice::no; };
         return apply();
       },
       mended},
      {4107,
       [this] {
         reviewed();
         driver.interrupt_at = {"cp1", "staged", rollout::Phase::done};
         Said said = apply();
         driver.interrupt_at.reset();
         return said;
       }},
      {4109,
       [this] {
         reviewed();
         for (auto& one : cluster.nodes) {
           one->script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
             if (request.verb == Verb::swap) cluster.cluster_api->hold_lock_elsewhere("r9");
             return std::nullopt;
           };
           one->late = {{Verb::swap, std::chrono::seconds(40)}};
         }
         return apply();
       },
       mended},
      {4205,
       [this] {
         reviewed();
         auto open = [](facts::Seen& seen) {
           if (seen.question.purpose == facts::Purpose::must_be_closed) seen.status = 200;
         };
         for (const char* name : {"cp1", "cp2", "cp3"}) answer_once_new(name, open, false);
         return apply();
       }},
      {4304,
       [this] {
         reviewed();
         node("cp3").script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
           if (request.verb == Verb::confirm) edit("cp1", "    - --secure-port=6443\n", "");
           return std::nullopt;
         };
         return apply();
       },
       mended},
      {4305,
       [this, silent] {
         reviewed();
         answer_once_new("cp1", silent, true);
         return apply();
       },
       mended},
      {4307,
       [this, silent] {
         reviewed();
         answer_once_new("cp1", silent, false);
         refuse("cp1", Verb::restore);
         return apply();
       },
       mended},
  };
}

TEST_F(AdviceInState, IsNotRefused) {
  for (const Row& row : rows()) {
    SCOPED_TRACE(code_name(row.code));
    std::vector<std::string> commands = advised(row.code);
    EXPECT_FALSE(commands.empty());
    // What only reads leaves the state as it is.
    auto changing = row.one_after_the_other
                        ? commands.end()
                        : std::stable_partition(commands.begin(), commands.end(), only_reads);
    if (changing != commands.begin()) play(row, {commands.begin(), changing});
    for (auto one = changing; one != commands.end(); ++one) play(row, {*one});
  }
}

// The advice that is not played above, and why. Whoever adds a code with a command adds a row there or here.
const std::map<int, std::string>& not_played_here() {
  static const std::map<int, std::string> reasons{
      {2109, "the command is chosen by the manifest: OfflineNext plays it on every golden"},
      {3220, "the same as NL4101, at planning: its two commands are played there"},
      {3234, "PrintedCommands and rollback_test play the rollback of a repaired cluster"},
      {3322, "a note of the rewrite; its command is that of NL3305"},
      {3303, "a check without a command of its own state: the same rewrite is played for NL2120"},
      {4003, "a journal that cannot be written needs a full disk: apply_test and the scenario disk-full"},
      {4102, "only a run that begins between planning and preflight: the simulator's two operators"},
      {4112, "a Node that does not come back: tests/rollout/await_cluster_test.cpp and the simulator"},
      {4117, "a login that ends in mid-roll: tests/rollout/login_ends_test.cpp, the scenario login-ends"},
      {4120, "a ConfigMap that is written by somebody else in mid-roll: the simulator, tests/rollout"},
      {4208, "a node that refuses between its gates: the simulator's nodes"},
      {4301, "an API server that never answers again: PrintedCommands plays rollback after mending"},
      {4302, "States plays every verb on a manifest that somebody else has changed (docs/states.md)"},
      {4303, "a node that is lost in mid-change: the simulator; status afterwards as for NL1210"},
      {4306, "an API server that ends again and again: tests/rollout/unhealthy_test.cpp"},
      {6008, "offline: `detect --manifest` with a file; OfflineNext plays it"},
      {7001, "detect reads only, and is played for NL3253 and NL4205"},
  };
  return reasons;
}

TEST_F(AdviceInState, EveryAdvisedCommandIsPlayedOrSaysWhyNot) {
  std::set<int> played;
  for (const Row& row : rows()) played.insert(row.code);
  for (int number = 1000; number < 8000; ++number) {
    if (advised(number).empty()) continue;
    bool is_listed = not_played_here().contains(number);
    EXPECT_NE(played.contains(number), is_listed) << code_name(number);
  }
  for (const auto& [number, why] : not_played_here()) EXPECT_FALSE(advised(number).empty()) << number << why;
}

}  // namespace
}  // namespace nightlatch::operate
