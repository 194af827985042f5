// Hooks as real programs: what they are told, and a roll that stays safe whatever they do.
#include "operate/hooks.hpp"

#include <fstream>

#include <nlohmann/json.hpp>

#include "operate/confirm.hpp"
#include "operate/errors.hpp"
#include "operate/resume.hpp"
#include "operate/rollback.hpp"
#include "operate/rolled_bench.hpp"
#include "report/schema_check.hpp"
#include "rollout/errors.hpp"

namespace nightlatch::operate {
namespace {

using rollout::NodeOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Every hook writes its event down. beforeNode takes a node out of a load balancer, which afterNode puts
// back.
class WithHooks : public RolledBench {
 protected:
  WithHooks() {
    program("hook",
            "dir=$1\nevent=$(tr -d '\\n')\necho \"$event\" >>\"$dir/events\"\n"
            "case $event in *'\"event\": \"beforeNode\"'*) verb=out ;;\n"
            "*'\"event\": \"afterNode\"'*) verb=in ;; *) verb=none ;; esac\n"
            "node=${event#*\\\"node\\\": \\{}; node=${node#*\\\"name\\\": \\\"}; node=${node%%\\\"*}\n"
            "[ $verb = out ] && : >\"$dir/out.$node\"\n[ $verb = in ] && rm -f \"$dir/out.$node\"\n"
            "exit 0\n");
    for (const char* event : {"before", "beforeNode", "afterNode", "after", "onFailure"})
      commands[event] = {path("hook"), directory.path().string()};
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (directory / name).string(); }
  void program(const std::string& name, const std::string& script) {
    ASSERT_TRUE(write_file_durably(directory / name, "#!/bin/sh\n" + script, 0755));
  }
  void instead_of(const std::string& event, const std::string& script, const std::string& timeout = "20s") {
    program(event, script);
    commands[event] = {path(event), path("hook")};
    timeouts[event] = timeout;
  }

  [[nodiscard]] spec::Playbook playbook() const {
    std::string text = "apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec:\n  hooks:\n";
    for (const auto& [event, words] : commands) {
      text += "    " + event + ": {command: [" + words[0] + ", " + words[1] + "]";
      if (auto timeout = timeouts.find(event); timeout != timeouts.end())
        text += ", timeout: " + timeout->second;
      text += "}\n";
    }
    auto read = spec::parse_playbook(text, "hooked.yaml");
    EXPECT_TRUE(read) << read.error().message;
    return *read;
  }
  Outcome<report::RunReport> run() {
    Ports all = ports();
    ApplyInput input;
    input.plan.playbook = playbook();
    input.choices = without_asking();
    auto report = apply(all, selection(), input);
    driver.kill_at.reset();
    return report;
  }
  Outcome<report::RunReport> go_on() {
    Ports all = ports();
    return resume(all, selection(), {.run = {}, .choices = without_asking()});
  }
  Outcome<report::RunReport> go_back() {
    Ports all = ports();
    RollbackInput back;
    back.choices = without_asking();
    return roll_back(all, selection(), back);
  }

  [[nodiscard]] std::vector<nlohmann::json> events() const {
    std::vector<nlohmann::json> all;
    std::ifstream file(path("events"));
    for (std::string line; std::getline(file, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }
  [[nodiscard]] std::vector<std::string> calls() const {
    std::vector<std::string> all;
    for (const nlohmann::json& event : events()) {
      all.push_back(event.at("event"));
      if (event.contains("node")) all.back() += " " + event.at("node").at("name").get<std::string>();
      if (event.contains("node") && event.at("node").contains("outcome"))
        all.back() += " " + event.at("node").at("outcome").get<std::string>();
      if (event.contains("outcome")) all.back() += " " + event.at("outcome").get<std::string>();
    }
    return all;
  }
  // The nodes that are out of the load balancer.
  [[nodiscard]] std::vector<std::string> out() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
      std::string name = entry.path().filename();
      if (name.starts_with("out.")) names.push_back(name.substr(4));
    }
    return names;
  }

  std::map<std::string, std::vector<std::string>> commands;
  std::map<std::string, std::string> timeouts;
};

TEST_F(WithHooks, ReadTheirEventsAsOneDocumentEach) {
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_THAT(calls(),
              ElementsAre("before", "beforeNode cp1", "afterNode cp1 healthy", "beforeNode cp2",
                          "afterNode cp2 healthy", "beforeNode cp3", "afterNode cp3 healthy", "after done"));
  EXPECT_THAT(out(), IsEmpty());
  for (const nlohmann::json& event : events()) {
    EXPECT_THAT(report::faults_against("hook", event), IsEmpty()) << event.dump(1);
    EXPECT_EQ(event.at("run"), report->run);
    EXPECT_EQ(event.at("plan"), report->plan.hash);
    EXPECT_EQ(event.at("action"), "apply");
    EXPECT_EQ(event.at("cluster").at("name"), "prod-eu1");
    EXPECT_EQ(event.at("nodes").size(), 3U);
  }
  EXPECT_EQ(events().back().at("state"), "new");
}

TEST_F(WithHooks, AProgramThatFailsStopsTheRollBetweenNodesAndIsQuoted) {
  instead_of("afterNode",
             "\"$1\" \"${0%/*}\"\n[ -e \"${0%/*}/failed\" ] || { : >\"${0%/*}/failed\"; echo 'no route to "
             "haproxy' >&2; exit 3; }\n");
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::mixed);
  EXPECT_EQ(rollout::outcomes(report->result),
            (std::vector{NodeOutcome::confirmed, NodeOutcome::untouched, NodeOutcome::untouched}));
  ASSERT_TRUE(report->result.trouble);
  EXPECT_EQ(report->result.trouble->code, rollout_errors::hook_failed.number);
  EXPECT_EQ(report->result.trouble->why, "cp1: the hook afterNode failed: it ended with exit code 3");
  EXPECT_EQ(calls().back(), "onFailure stopped");
  EXPECT_EQ(events().back().at("trouble").at("code"), "NL4140");
  EXPECT_THAT(report::faults_against("hook", events().back()), IsEmpty());
  auto rest = go_on();
  ASSERT_TRUE(rest) << rest.error().errors[0].message;
  EXPECT_EQ(rest->result.exit, Exit::done) << "the advice of NL4140";
}

TEST_F(WithHooks, AProgramThatIsNotThereIsFoundBeforeTheFirstNode) {
  for (const std::string& program :
       {path("nowhere"), std::string("no-such-program-anywhere"), path("hook.txt")}) {
    ASSERT_TRUE(write_file_durably(directory / "hook.txt", "#!/bin/sh\n", 0644));
    commands["afterNode"] = {program, "x"};
    auto report = run();
    EXPECT_EQ(code_of(report), operate_errors::hook_unusable.number) << program;
    EXPECT_EQ(report.error().errors[0].message,
              "the hook afterNode: " + program + " is not there, or may not be run");
    EXPECT_EQ(runs_kept(), 0U);
    EXPECT_THAT(changed_nodes(), IsEmpty());
  }
}

// --- a hanging, a talkative, a forking hook: at every place, the roll is safe and the hook is named

struct Misbehaviour {
  const char* script;
  const char* timeout;
  const char* named;  // what a person reads of it
  bool fails;
};
const Misbehaviour hanging{"exec sleep 600", "1s", "it did not end in time and was killed", true};
const Misbehaviour talkative{"head -c 1073741824 /dev/zero", "5m", "1.0 GiB of what it said were dropped",
                             false};
const Misbehaviour forking{"sleep 601 & sleep 602 & exit 0", "20s", "running, which was killed", false};
const Misbehaviour forking_on{"while :; do sleep 603 & sleep 0.05; done", "1s",
                              "it did not end in time and was killed", true};

class Misbehaving : public WithHooks {
 protected:
  void play(const std::string& event, const Misbehaviour& how) {
    SCOPED_TRACE(event + ": " + how.script);
    start_anew();
    commands.clear();
    instead_of(event, how.script, how.timeout);
    auto report = run();
    ASSERT_TRUE(report) << report.error().errors[0].message;
    const rollout::RunResult& result = report->result;
    bool is_last = event == "after";
    EXPECT_EQ(result.exit, !how.fails || is_last  ? Exit::done
                           : event == "afterNode" ? Exit::mixed
                                                  : Exit::refused);
    for (const rollout::NodeResult& one : result.nodes)
      EXPECT_TRUE(one.outcome == NodeOutcome::confirmed || one.outcome == NodeOutcome::untouched);
    EXPECT_EQ(changed_nodes().size(), !how.fails || is_last ? 3U : event == "afterNode" ? 1U : 0U);
    std::string told = result.trouble ? result.trouble->why : "";
    for (const rollout::NodeResult& one : result.nodes) told += one.trouble ? one.trouble->why : "";
    for (const std::string& note : report->progress.notes) told += note;
    for (const rollout::NodeProgress& one : report->progress.nodes) {
      for (const std::string& note : one.notes) told += note;
    }
    EXPECT_THAT(told, HasSubstr("the hook " + event));
    EXPECT_THAT(told, HasSubstr(how.named));
    std::size_t journal =
        std::filesystem::file_size(std::filesystem::path(report->directory) / "journal.jsonl");
    EXPECT_LT(journal, 200'000U) << "what it said is bounded";
  }
};

TEST_F(Misbehaving, AHangingHookIsEndedAndNamed) {
  for (const char* event : {"before", "beforeNode", "afterNode", "after"}) play(event, hanging);
}

TEST_F(Misbehaving, ATalkativeHookIsBoundedAndNamed) {
  play("before", talkative);
}

TEST_F(Misbehaving, AForkingHookIsEndedAndNamed) {
  for (const char* event : {"beforeNode", "afterNode"}) play(event, forking);
  play("beforeNode", forking_on);
}

TEST_F(Misbehaving, OnTheWayBackAHangingHookIsToldAndHoldsUpNothing) {
  for (const auto& [event, words] : commands) timeouts[event] = "1s";
  ASSERT_TRUE(run());
  program("hook", "exec sleep 600\n");
  auto report = go_back();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->result.cluster, rollout::ClusterState::old_state);
  EXPECT_EQ(report->progress.notes.size(), 2U) << "before and after";
  EXPECT_THAT(report->progress.find("cp2")->notes,
              testing::IsSupersetOf({"the hook beforeNode failed: it did not end in time and was killed",
                                     "the hook afterNode failed: it did not end in time and was killed"}));
}

TEST_F(Misbehaving, OnTheWayBackAProgramThatIsGoneIsToldAndHoldsUpNothing) {
  ASSERT_TRUE(run());
  std::filesystem::remove(path("hook"));
  auto report = go_back();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_THAT(report->progress.notes.front(), "the hook before failed: there is no such program");
}

// --- a run that was killed between beforeNode and afterNode

TEST_F(WithHooks, ResumeAndRollbackLeaveNoNodeOut) {
  const std::vector<rollout::Phase> both{rollout::Phase::intend, rollout::Phase::done};
  for (const char* step :
       {"beforeNode", "staged", "armed", "swapped", "restarted", "gated", "soaked", "afterNode"}) {
    for (bool back : {false, true}) {
      for (rollout::Phase phase : both) {
        SCOPED_TRACE(std::string(step) + " " + std::string(rollout::name(phase)) +
                     (back ? ", rollback" : ", resume"));
        start_anew();
        driver.kill_at = {"cp2", step, phase};
        run();
        auto report = back ? go_back() : go_on();
        ASSERT_TRUE(report) << report.error().errors[0].message;
        EXPECT_EQ(report->result.exit, Exit::done);
        EXPECT_THAT(out(), IsEmpty());
      }
    }
  }
}

// What is called first, where the run never touched the node.
TEST_F(WithHooks, TheNextRunOfAnyKindMakesGoodWhatAKilledOneOwes) {
  driver.kill_at = {"cp2", "beforeNode", rollout::Phase::done};
  run();
  EXPECT_THAT(out(), ElementsAre("cp2"));
  EXPECT_THAT(hooks_owed("prod-eu1"), ElementsAre("cp2"));
  std::filesystem::remove(path("events"));
  ASSERT_TRUE(go_on());
  EXPECT_THAT(calls(),
              ElementsAre("afterNode cp2 unfinished", "before", "beforeNode cp2", "afterNode cp2 healthy",
                          "beforeNode cp3", "afterNode cp3 healthy", "after done"));
  EXPECT_THAT(hooks_owed("prod-eu1"), IsEmpty());
}

TEST_F(WithHooks, AConfirmationPutsTheNodeBack) {
  driver.kill_at = {"cp1", "gated", rollout::Phase::done};
  auto killed = run();
  ASSERT_TRUE(killed);
  EXPECT_THAT(out(), ElementsAre("cp1"));
  std::filesystem::remove(path("events"));
  Ports all = ports();
  auto report = confirm(all, selection(), killed->run);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_THAT(out(), IsEmpty());
  EXPECT_THAT(calls(), ElementsAre("afterNode cp1 healthy", "after done"));
  EXPECT_EQ(events().front().at("action"), "confirm");
}

TEST_F(WithHooks, ARehearsalAndADryRunCallNone) {
  Ports all = ports();
  ApplyInput input;
  input.plan.playbook = playbook();
  input.choices = without_asking();
  input.choices.rehearse = Rehearse::yes;
  ASSERT_TRUE(apply(all, selection(), input));
  input.choices.rehearse = Rehearse::no;
  input.choices.dry_run = report::DryRun::yes;
  ASSERT_TRUE(apply(all, selection(), input));
  EXPECT_THAT(calls(), IsEmpty());
}

}  // namespace
}  // namespace nightlatch::operate
