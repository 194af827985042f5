// What a verb needs beside its input: a person, a clock, the screen, and connections to the cluster. cli/
// implements them; tests/operate/ has scripted ones.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "calendar/zone.hpp"
#include "cluster/session.hpp"
#include "operate/run_client.hpp"
#include "operate/zone_data.hpp"
#include "plan/planner.hpp"
#include "rollout/driver.hpp"

namespace nightlatch::operate {

// The screen of one run. The thread of the run calls everything but `ask`, which is called from a thread of
// its own.
class RunView {
 public:
  RunView() = default;
  virtual ~RunView() = default;
  RunView(const RunView&) = delete;
  RunView& operator=(const RunView&) = delete;

  // Blocks until there is an answer; no answer counts as "no".
  [[nodiscard]] virtual rollout::Choice ask(const plan::NodePlan& node) = 0;
  // Makes `ask` return "no" soon.
  virtual void withdraw_question() = 0;
  // Prints a line that stays on the screen.
  virtual void say(const std::string& line) = 0;
  // Called when the record is durable in the journal.
  virtual void on_record(const rollout::Record& record) = 0;
  // Called about four times a second.
  virtual void on_tick() = 0;
  // The node that has been begun and has no end yet; empty: none.
  [[nodiscard]] virtual std::string node_in_mid_change() = 0;
  // Stops the live view.
  virtual void end() = 0;
};

// The person who runs a command, and the wall clock.
class Operator {
 public:
  Operator() = default;
  virtual ~Operator() = default;
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;

  // Whether stdin and the screen are a terminal, so that a question can be answered.
  [[nodiscard]] virtual bool can_be_asked() const = 0;
  [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
  virtual void pause(std::chrono::seconds time) = 0;

  // Prints a line of progress.
  virtual void say(const std::string& line) = 0;
  // Prints a line that only --verbose shows.
  virtual void log(const std::string& line) = 0;
  // Shows the plan that is carried out next; `file` is the reviewed plan's, or empty.
  virtual void show(const plan::PlanOutcome& outcome, const std::string& file) = 0;
  // Opens the screen of a run that begins; its plan and journal are in `directory`.
  [[nodiscard]] virtual std::unique_ptr<RunView> follow(const plan::Plan& plan, const std::string& run,
                                                        const std::string& directory) = 0;
  // After a second interruption (A8): prints `why`, calls `last`, and ends the process with the exit code of
  // `why`.
  virtual void leave_at_once(const Error& why, const std::function<void()>& last) = 0;
};

struct Ports {
  cluster::Connections& connections;
  Operator& person;
  // Drives a run to its end. Tests drive it in virtual time.
  std::function<rollout::RunResult(rollout::Run&, rollout::Journal&, rollout::Ports&)> drive = rollout::drive;
  // The run's own client.
  std::function<std::unique_ptr<RunClient>(std::shared_ptr<cluster::ApiServer>)> client = ask_all_the_time;
  // The zone data, and the zone of this workstation.
  std::function<Result<calendar::Zone>(const std::string&, calendar::sys_seconds)> zone = zone_named;
  std::function<calendar::Zone(calendar::sys_seconds)> reader_zone = operate::reader_zone;
};

// Connects to the selected cluster and reads it. `trial`: whether a swap is tried on every node, as whoever
// plans one wants it.
[[nodiscard]] Result<cluster::Session> open_session(Ports& ports, const cluster::Selection& selection,
                                                    node::SwapTrial trial = node::SwapTrial::no);

// YYYY-MM-DD, UTC.
[[nodiscard]] std::string today(const Operator& person);

}  // namespace nightlatch::operate
