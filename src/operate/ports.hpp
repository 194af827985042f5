// What a verb needs of the world beside its input: a person, a clock, the screen, and the ways to a cluster.
// cli/ has the real ones, tests/operate/ the scripted ones.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "cluster/session.hpp"
#include "plan/planner.hpp"
#include "rollout/driver.hpp"

namespace nightlatch::operate {

// One run as a person follows it. The run's own thread calls everything but `ask`, which has a thread to
// itself.
class RunView {
 public:
  RunView() = default;
  virtual ~RunView() = default;
  RunView(const RunView&) = delete;
  RunView& operator=(const RunView&) = delete;

  // Blocks until there is an answer; no answer counts as "no".
  [[nodiscard]] virtual rollout::Choice ask(const plan::NodePlan& node) = 0;
  // `ask` returns "no" soon.
  virtual void withdraw_question() = 0;
  // A line that stays.
  virtual void say(const std::string& line) = 0;
  // The record is durable.
  virtual void on_record(const rollout::Record& record) = 0;
  // About four times a second.
  virtual void on_tick() = 0;
  // The node that has been begun and has no end yet; empty: none.
  [[nodiscard]] virtual std::string node_in_mid_change() = 0;
  // Nothing is shown any more.
  virtual void end() = 0;
};

// The person who runs a command, and the clock on their wall.
class Operator {
 public:
  Operator() = default;
  virtual ~Operator() = default;
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;

  // Somebody sits at a terminal and can answer.
  [[nodiscard]] virtual bool can_be_asked() const = 0;
  [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
  virtual void pause(std::chrono::seconds time) = 0;

  // A line of progress.
  virtual void say(const std::string& line) = 0;
  // A line for who wants to know more.
  virtual void log(const std::string& line) = 0;
  // A plan that is carried out next; `file` is the reviewed plan's, or empty.
  virtual void show(const plan::PlanOutcome& outcome, const std::string& file) = 0;
  // A run begins; its plan and journal are in `directory`.
  [[nodiscard]] virtual std::unique_ptr<RunView> follow(const plan::Plan& plan, const std::string& run,
                                                        const std::string& directory) = 0;
  // After a second interruption: tells `why`, calls `last`, and ends the process with the error's exit code.
  virtual void leave_at_once(const Error& why, const std::function<void()>& last) = 0;
};

struct Ports {
  cluster::Connections& connections;
  Operator& person;
  // Drives a run to its end. Tests drive it in virtual time.
  std::function<rollout::RunResult(rollout::Run&, rollout::Journal&, rollout::Ports&)> drive = rollout::drive;
};

// Connects to the selected cluster and reads it.
[[nodiscard]] Result<cluster::Session> open_session(Ports& ports, const cluster::Selection& selection);

// YYYY-MM-DD, UTC.
[[nodiscard]] std::string today(const Operator& person);

}  // namespace nightlatch::operate
