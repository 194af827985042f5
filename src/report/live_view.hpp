// A run as it goes. On a terminal one line a node, rewritten in place; else one line an event worth telling.
//
// Records and ticks come from the run's thread, questions from another: a question holds the screen until it
// is answered.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "plan/plan.hpp"
#include "report/out.hpp"
#include "rollout/progress.hpp"

namespace nightlatch::report {

class LiveView {
 public:
  LiveView(const plan::Plan& plan, Out& out) : plan_(plan), out_(out) {}

  // The line above the nodes.
  void begin(const std::string& run, const std::string& directory);
  void on_record(const rollout::Record& record);
  void on_tick(std::int64_t now_ms);
  // Draws no more.
  void end();

  // Between these two nothing else is drawn.
  void open_question(const std::string& question);
  void close_question();

  // A line that stays, above the nodes.
  void say(const std::string& line);

  [[nodiscard]] const rollout::RunProgress& progress() const { return progress_; }
  // The node that has been begun and has no end yet; empty: none.
  [[nodiscard]] std::string node_in_mid_change();

 private:
  void draw(std::int64_t now_ms);
  void erase();
  void tell(const rollout::Record& record);
  // `when`: the beginning of the line. `row`: of the record's step; nullptr: a step that no row has.
  void tell_hook(const rollout::Record& record);
  void tell_begin(const std::string& when, const rollout::Record& record, const facts::JournalStepRow* row);
  void tell_end(const std::string& when, const rollout::Record& record, const facts::JournalStepRow* row);
  void tell_client(const rollout::Record& record);
  [[nodiscard]] std::string shown(std::string_view data) const;
  [[nodiscard]] std::string node_line(const plan::NodePlan& node, std::int64_t now_ms) const;
  [[nodiscard]] std::string object_line(const rollout::NodeProgress& object) const;
  [[nodiscard]] std::string waiting_for(const plan::NodePlan& node, const rollout::NodeProgress& progress,
                                        std::int64_t now_ms) const;

  const plan::Plan& plan_;
  Out& out_;
  std::mutex mutex_;
  rollout::RunProgress progress_;
  std::size_t drawn_ = 0;  // lines on the screen that are ours to rewrite
  bool asking_ = false;
  bool ended_ = false;
};

}  // namespace nightlatch::report
