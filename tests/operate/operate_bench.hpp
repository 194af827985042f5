// Carries verbs out on a scripted cluster, with a scripted person, in virtual time and without a process.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "operate/scripted_cluster.hpp"
#include "rollout/rolling.hpp"
#include "util/environment.hpp"
#include "util/file.hpp"
#include "util/temporary_directory.hpp"

namespace nightlatch::operate {

// What a run was followed by, and who was asked.
struct Followed {
  std::vector<std::string> asked;
  std::vector<std::string> said;
  std::vector<rollout::Record> records;
  bool withdrawn = false;
  bool ended = false;
  std::string mid_change;
};

class BenchRunView final : public RunView {
 public:
  BenchRunView(Followed& followed, std::function<rollout::Choice(const std::string&)> answer)
      : followed_(followed), answer_(std::move(answer)) {}

  rollout::Choice ask(const plan::NodePlan& node) override {
    followed_.asked.push_back(node.name);
    return answer_(node.name);
  }
  void withdraw_question() override { followed_.withdrawn = true; }
  void say(const std::string& line) override { followed_.said.push_back(line); }
  void on_record(const rollout::Record& record) override { followed_.records.push_back(record); }
  void on_tick() override {}
  std::string node_in_mid_change() override { return followed_.mid_change; }
  void end() override { followed_.ended = true; }

 private:
  Followed& followed_;
  std::function<rollout::Choice(const std::string&)> answer_;
};

class BenchOperator final : public Operator {
 public:
  bool sits_at_a_terminal = true;
  std::function<rollout::Choice(const std::string&)> answer = [](const std::string&) {
    return rollout::Choice::yes;
  };
  std::function<void()> on_pause = [] {};
  std::chrono::system_clock::time_point night{std::chrono::seconds(1'795'310'045)};
  std::chrono::seconds paused{0};
  std::vector<std::string> said;
  int plans_shown = 0;
  std::vector<Followed> runs;
  std::optional<Error> left;
  std::string mid_change;  // of the run that is left at once

  bool can_be_asked() const override { return sits_at_a_terminal; }
  std::chrono::system_clock::time_point now() const override { return night; }
  void pause(std::chrono::seconds time) override {
    paused += time;
    on_pause();
  }
  void say(const std::string& line) override { said.push_back(line); }
  void log(const std::string&) override {}
  void show(const plan::PlanOutcome&, const std::string&) override { ++plans_shown; }
  std::unique_ptr<RunView> follow(const plan::Plan&, const std::string&, const std::string&) override {
    runs.reserve(8);  // views point into it
    runs.emplace_back();
    runs.back().mid_change = mid_change;
    return std::make_unique<BenchRunView>(runs.back(), answer);
  }
  void leave_at_once(const Error& why, const std::function<void()>& last) override {
    left = why;
    last();
  }
};

// The run's own client in virtual time: four requests a second, all of them answered after 12 ms.
class BenchClient final : public RunClient {
 public:
  BenchClient(std::function<Millis()> now, std::function<void(facts::ClientSight&)> change)
      : now_(std::move(now)), change_(std::move(change)), heard_(now_()) {}

  facts::ClientSight hear() override {
    Millis now = now_();
    facts::ClientSight sight{.from_ms = heard_.count(), .until_ms = now.count()};
    sight.requests = static_cast<std::uint64_t>((now - heard_) / Millis(250));
    sight.usual_ms = 12;
    sight.slowest_ms = 30;
    heard_ = now;
    change_(sight);
    return sight;
  }

 private:
  std::function<Millis()> now_;
  std::function<void(facts::ClientSight&)> change_;
  Millis heard_;
};

// Drives a run in virtual time: the queue of the real driver without its threads. Waits cost nothing.
class VirtualDriver {
 public:
  // Once a record like this is durable, something comes first of all.
  struct Moment {
    std::string node;
    std::string step;
    rollout::Phase phase = rollout::Phase::intend;
  };
  std::optional<Moment> kill_at;       // the process ends
  std::optional<Moment> interrupt_at;  // INT
  std::optional<Moment> second_at;     // INT again
  std::optional<Moment> full_at;       // from this record on, nothing can be written into the journal
  std::optional<Moment> jump_at;       // `jump` is called
  std::function<void()> jump = [] {};

  std::function<void(facts::ClientSight&)> client_sees = [](facts::ClientSight&) {};

  std::unique_ptr<RunClient> client() {
    return std::make_unique<BenchClient>([this] { return now_; },
                                         [this](facts::ClientSight& sight) { client_sees(sight); });
  }

  rollout::RunResult drive(ScriptedCluster& cluster, rollout::Run& run, rollout::Journal& journal,
                           rollout::Ports& ports) {
    cluster_ = &cluster;
    run_ = &run;
    journal_ = &journal;
    ports_ = &ports;
    queue_.clear();
    killed_ = false;
    is_full_ = false;
    kept_ = now_;
    deliver(rollout::Started{});
    while (!queue_.empty() && !run.finished() && !killed_) {
      auto next = queue_.begin();
      pass_time(next->first);
      What what = std::move(next->second);
      queue_.erase(next);
      deliver(std::move(what));
    }
    EXPECT_TRUE(run.finished() || killed_) << "the run does not end";
    return run.result();
  }

  // Time in which nothing is typed.
  void let_pass(ScriptedCluster& cluster, Millis time) {
    constexpr Millis step = std::chrono::seconds(1);
    for (Millis until = now_ + time; now_ < until;) cluster.advance(now_ = std::min(now_ + step, until));
  }

 private:
  using What = decltype(rollout::Event::what);

  void later(Millis delay, What what) { queue_.emplace(now_ + delay, std::move(what)); }

  void pass_time(Millis until) {
    for (; kept_ + ports_->keep_lock_every() <= until; kept_ += ports_->keep_lock_every()) {
      if (auto lost = ports_->keep_lock()) later(Millis(0), rollout::LockLost{*lost});
    }
    let_pass(*cluster_, until - now_);
    ports_->on_tick();
  }

  void deliver(What what) {
    for (rollout::Command& command : run_->on(rollout::Event{now_, std::move(what)})) {
      if (killed_) return;
      std::visit([this](auto& one) { carry_out(one); }, command);
    }
  }

  void carry_out(rollout::Append& append) {
    is_full_ = is_full_ || is(full_at, append.record);
    if (is_full_) return later(Millis(0), rollout::RecordFailed{"journal.jsonl: No space left on device"});
    Status written = journal_->append(append.record, std::chrono::system_clock::time_point(now_));
    if (!written) return later(Millis(0), rollout::RecordFailed{written.error().message});
    ports_->on_record(append.record);
    later(Millis(1), rollout::Recorded{append.record.seq});
    if (is(kill_at, append.record)) killed_ = true;
    if (is(interrupt_at, append.record)) {
      ports_->withdraw_question();
      later(Millis(0), rollout::Interrupted{});
    }
    if (is(second_at, append.record)) ports_->leave_at_once();
    if (is(jump_at, append.record)) jump();
  }
  void carry_out(rollout::Ask& ask) {
    std::visit(
        [&](const auto& question) {
          rollout::Answer answer = answer_to(question);
          Millis took = time_of(question, answer);
          later(took, rollout::Answered{ask.id, std::move(answer)});
        },
        ask.question);
  }
  void carry_out(rollout::Finish&) {}

  template <class Question>
  rollout::Answer answer_to(const Question& question) {
    return ports_->answer(question);
  }
  rollout::Answer answer_to(const rollout::Pause&) { return rollout::PauseEnded{}; }

  template <class Question>
  Millis time_of(const Question&, const rollout::Answer&) {
    return Millis(20);
  }
  Millis time_of(const rollout::Pause& pause, const rollout::Answer&) { return pause.delay; }
  Millis time_of(const rollout::AskOperator&, const rollout::Answer&) { return Millis(1000); }
  Millis time_of(const rollout::CallNode& call, const rollout::Answer& answer) {
    BenchNode& node = cluster_->node(call.node);
    if (auto late = node.late.find(call.request.verb); late != node.late.end()) return late->second;
    if (call.request.verb == node::Verb::await) return std::chrono::seconds(10);
    return rollout::is_lost(answer) ? Millis(5000) : Millis(20);
  }

  static bool is(const std::optional<Moment>& moment, const rollout::Record& record) {
    return moment && moment->node == record.node && moment->step == record.step &&
           moment->phase == record.phase;
  }

  ScriptedCluster* cluster_ = nullptr;
  rollout::Run* run_ = nullptr;
  rollout::Journal* journal_ = nullptr;
  rollout::Ports* ports_ = nullptr;
  std::multimap<Millis, What> queue_;
  Millis now_{1'795'310'045'000};
  Millis kept_ = now_;
  bool killed_ = false;
  bool is_full_ = false;
};

// The base of the tests of every verb.
class Bench : public testing::Test {
 protected:
  Bench() {
    EXPECT_TRUE(write_file_durably(directory / "inventory.yaml",
                                   "apiVersion: nightlatch.dev/v1\nkind: Inventory\nclusters:\n"
                                   "- name: prod-eu1\n  nodes:\n"
                                   "  - {name: cp1, host: 10.0.0.11}\n"
                                   "  - {name: cp2, host: 10.0.0.12}\n"
                                   "  - {name: cp3, host: 10.0.0.13}\n"));
  }

  [[nodiscard]] cluster::Selection selection() const {
    return {.inventory = (directory / "inventory.yaml").string()};
  }
  Ports ports() {
    return {.connections = cluster,
            .person = person,
            .drive = [this](rollout::Run& run, rollout::Journal& journal,
                            rollout::Ports& asked) { return driver.drive(cluster, run, journal, asked); },
            .client = [this](const std::shared_ptr<cluster::ApiServer>&) { return driver.client(); }};
  }

  // As on the first day, with no run ever made.
  void start_anew() {
    cluster.build();
    person.runs.clear();
    std::filesystem::remove_all(directory / "state");
  }
  BenchNode& node(const std::string& name) { return cluster.node(name); }
  void lose_host(const std::string& name) {
    node(name).unreachable = error_of(node_errors::unreachable, name + ": connection refused (10.0.0.1:22)");
  }
  void take_api_away() {
    cluster.cluster_api->away = error_of(api_errors::unreachable, "https://k8s.example:6443: no answer");
  }
  // Runs that this workstation has a directory of.
  [[nodiscard]] std::size_t runs_kept() const {
    std::error_code ignored;
    std::filesystem::path runs = directory / "state/nightlatch/prod-eu1/runs";
    std::size_t found = 0;
    for (std::filesystem::directory_iterator it(runs, ignored), end; it != end; ++it) ++found;
    return found;
  }
  [[nodiscard]] std::vector<std::string> changed_nodes() const {
    std::vector<std::string> names;
    for (const auto& one : cluster.nodes) {
      if (one->script.count(node::Verb::swap) > 0) names.push_back(one->facts.name);
    }
    return names;
  }

  TemporaryDirectory directory;
  ScopedVariable state{"XDG_STATE_HOME", (directory / "state").c_str()};
  ScriptedCluster cluster;
  BenchOperator person;
  VirtualDriver driver;
};

template <class T>
int code_of(const Outcome<T>& outcome) {
  return outcome ? 0 : outcome.error().errors.front().code.number;
}
template <class T>
Exit exit_code(const Outcome<T>& outcome) {
  return outcome ? Exit::done : outcome.error().exit;
}

}  // namespace nightlatch::operate
