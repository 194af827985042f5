#include "report/live_view.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "plan/estimate.hpp"
#include "plan/hooks.hpp"
#include "report/flow.hpp"
#include "report/render.hpp"
#include "report/run_report.hpp"
#include "rollout/client_record.hpp"
#include "rollout/write_object.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using rollout::NodeProgress;
using rollout::Phase;
using rollout::Record;
using std::chrono::milliseconds;

constexpr std::int64_t silence_ms = 2000;  // after this long a line says for what it waits

using facts::JournalStep;
using facts::JournalStepRow;

// The node itself has ended; what is around it is waited for.
bool is_afterwards(const JournalStepRow* row) {
  return row != nullptr && row->part == facts::StepPart::around;
}

bool is_final(const NodeProgress& node) {
  const JournalStepRow* row = node.row();
  return is_afterwards(row) || (row != nullptr && row->is_last && node.phase == Phase::done);
}

// Their end says nothing that a reader waits for.
bool is_quiet(const JournalStepRow* row) {
  if (row == nullptr) return false;
  return row->step == JournalStep::backends || row->step == JournalStep::surveyed ||
         row->step == JournalStep::order || row->step == JournalStep::preflight ||
         row->step == JournalStep::person;
}

// "usually 40 s", where that is known.
std::string usual(const plan::Plan& plan, const plan::NodePlan& node, JournalStep step) {
  const spec::Gates& gates = plan.playbook.gates;
  std::chrono::seconds seconds{0};
  if (step == JournalStep::restarted || step == JournalStep::back)
    seconds = std::chrono::seconds(node.grace_seconds + 10);
  if (step == JournalStep::gated || step == JournalStep::regated)
    seconds = gates.interval * (gates.consecutive - 1) + std::chrono::seconds(1);
  bool soaks = step == JournalStep::soaked;
  if (soaks) seconds = plan::soak(plan, plan::planned_turn(plan, node));
  if (seconds.count() == 0) return {};
  return fmt::format(", {} {}", soaks ? "for" : "usually", human_duration(seconds));
}

}  // namespace

void LiveView::begin(const std::string& run, const std::string& directory) {
  write_terminal({{},
                  {{{Headline{{Text("run ").add(run, Tone::bold), fmt::format("plan {}", plan_.short_hash()),
                               exact(directory)}}}}}},
                 out_);
}

void LiveView::on_record(const Record& record) {
  std::lock_guard lock(mutex_);
  progress_.fold(record);
  if (!out_.terminal().is_terminal) return tell(record);
  if (!asking_ && !ended_) draw(record.time_ms);
}

void LiveView::on_tick(std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  if (out_.terminal().is_terminal && !asking_ && !ended_) draw(now_ms);
}

void LiveView::end() {
  std::lock_guard lock(mutex_);
  erase();
  ended_ = true;
}

void LiveView::open_question(const std::string& question) {
  std::lock_guard lock(mutex_);
  asking_ = true;
  drawn_ = 0;  // the question stays where it is; the nodes go below it
  out_.write(question == "\n" ? question : shown(question));
}

void LiveView::close_question() {
  std::lock_guard lock(mutex_);
  asking_ = false;
}

void LiveView::say(const std::string& line) {
  std::lock_guard lock(mutex_);
  if (asking_) out_.line();
  erase();
  out_.say(line);
}

std::string LiveView::node_in_mid_change() {
  std::lock_guard lock(mutex_);
  for (const NodeProgress& node : progress_.nodes) {
    bool begun = node.began(JournalStep::armed) || node.began(JournalStep::restoring);
    if (begun && !is_final(node)) return node.node;
  }
  return {};
}

void LiveView::erase() {
  for (; drawn_ > 0; --drawn_) out_.write("\033[1A\033[2K");
}

void LiveView::draw(std::int64_t now_ms) {
  std::string screen;
  for (std::size_t i = 0; i < drawn_; ++i) screen += "\033[1A";
  for (const plan::NodePlan& node : plan_.nodes) screen += "\033[2K" + node_line(node, now_ms) + "\n";
  drawn_ = plan_.nodes.size();
  for (const NodeProgress& object : progress_.objects) {
    screen += "\033[2K" + object_line(object) + "\n";
    ++drawn_;
  }
  if (std::string client = client_line(progress_); !client.empty()) {
    screen += "\033[2K" + shown(client) + "\n";
    ++drawn_;
  }
  out_.write(screen);
}

std::string LiveView::node_line(const plan::NodePlan& node, std::int64_t now_ms) const {
  std::size_t widest = 0;
  for (const plan::NodePlan& one : plan_.nodes) widest = std::max(widest, visible(one.name).size());
  auto line = [&](Color color, std::string_view state, const std::string& rest) {
    std::string head = fmt::format("{:<{}}  ", visible(node.name), widest);
    std::size_t room = out_.columns() > head.size() + 15 ? out_.columns() - head.size() - 15 : 10;
    std::string padded =
        out_.paint(color, state) + std::string(13 - std::min<std::size_t>(state.size(), 12), ' ');
    std::string text =
        head + padded + Flow(rest, out_.terminal()).cut(room, out_.terminal()).painted(out_.terminal());
    return std::string(text, 0, text.find_last_not_of(' ') + 1);
  };
  if (!plan_.is_changed(node)) return line(Color::dim, "unchanged", "");
  const NodeProgress* progress = progress_.find(node.name);
  bool before_all = progress != nullptr && progress->is_before_own_way();
  bool not_begun = progress == nullptr || progress->step.empty();
  if (not_begun || (before_all && progress->phase == Phase::done)) return line(Color::dim, "waiting", "");
  bool waited_for = is_afterwards(progress->row()) && progress->phase == Phase::intend;
  if (is_final(*progress) && !waited_for) {
    std::string_view state = progress->is_at(JournalStep::cleaned)     ? "untouched"
                             : progress->ended(JournalStep::rehearsed) ? "rehearsed"
                             : progress->ended(JournalStep::confirmed) ? "confirmed"
                                                                       : "restored";
    bool confirmed = state == "confirmed";
    return line(confirmed ? Color::green : Color::yellow, state, durations(*progress));
  }
  if (progress->phase == Phase::failed) return line(Color::red, "failed", progress->why);
  const JournalStepRow* row = progress->row();
  std::string elapsed =
      human_duration(milliseconds((std::max(now_ms, progress->began_ms) - progress->began_ms) / 1000 * 1000));
  return line(Color::none, row == nullptr ? std::string_view(progress->step) : row->doing,
              fmt::format("{:>10}   {}", elapsed, waiting_for(node, *progress, now_ms)));
}

std::string LiveView::object_line(const NodeProgress& object) const {
  switch (object.phase) {
    case Phase::done:
      return fmt::format("{}  {}", object.node, out_.paint(Color::green, "changed"));
    case Phase::failed:
      return fmt::format("{}  {}", object.node, out_.paint(Color::red, "failed"));
    case Phase::intend:
      break;
  }
  return object.node + "  writing";
}

std::string LiveView::waiting_for(const plan::NodePlan& node, const NodeProgress& progress,
                                  std::int64_t now_ms) const {
  const JournalStepRow* row = progress.row();
  if (row == nullptr || now_ms - progress.step_ms < silence_ms) return {};
  std::string detail = progress.detail.empty() ? "" : ", " + progress.detail;
  return fmt::format("{}{}{}", row->waits_for, usual(plan_, node, row->step), detail);
}

// Without a terminal: the beginning of what takes long, every end, every failure.
void LiveView::tell(const Record& record) {
  if (record.step == rollout::client_step) return tell_client(record);
  bool is_object = record.node.empty() && record.step == rollout::object_step;
  if (record.node.empty() && !is_object) return tell_hook(record);
  std::string when = utc_timestamp(std::chrono::system_clock::time_point(milliseconds(record.time_ms)));
  when += "  " + shown(is_object ? record.data.at("object") : record.node);
  if (record.phase == Phase::failed) {
    out_.line(fmt::format("{}  {} failed: {} ({})", when, is_object ? "writing" : record.step,
                          shown(record.value("why")), code_name(rollout::error_code(record))));
    return;
  }
  if (is_object) {
    if (record.phase == Phase::done) out_.line(when + "  changed");
    return;
  }
  const JournalStepRow* row = facts::find_journal_step(record.step);
  if (row != nullptr && row->part == facts::StepPart::late) return tell_hook(record);
  if (record.phase == Phase::intend) return tell_begin(when, record, row);
  tell_end(when, record, row);
}

// A hook around all nodes, or one of a node that has ended.
void LiveView::tell_hook(const Record& record) {
  bool is_hook =
      !record.node.empty() || std::any_of(plan::hook_events.begin(), plan::hook_events.end(),
                                          [&](auto event) { return record.step == plan::name(event); });
  if (!is_hook) return;
  std::string when = utc_timestamp(std::chrono::system_clock::time_point(milliseconds(record.time_ms)));
  std::string who = record.node.empty() ? std::string() : shown(record.node) + "  ";
  std::string hook = record.node.empty() ? record.step : std::string("afterNode");
  if (record.phase == Phase::intend)
    return out_.line(fmt::format("{}  {}hook {}: {}", when, who, hook, shown(record.value("program"))));
  std::string note = record.value(record.phase == Phase::failed ? "why" : "note");
  if (!note.empty()) out_.line(fmt::format("{}  {}{}", when, who, shown(note)));
}

// Only what went wrong.
void LiveView::tell_client(const Record& record) {
  facts::ClientSight sight = rollout::sight_in(record);
  if (sight.failed == 0) return;
  std::string why = sight.outages.empty() ? "" : ": " + sight.outages.front().why;
  out_.line(fmt::format("{}  {} of {} requests through the endpoint failed{}",
                        utc_timestamp(std::chrono::system_clock::time_point(milliseconds(record.time_ms))),
                        sight.failed, sight.requests, shown(why)));
}

std::string LiveView::shown(std::string_view data) const {
  return visible(data, charset_of(out_.terminal()));
}

void LiveView::tell_begin(const std::string& when, const Record& record, const JournalStepRow* row) {
  if (row == nullptr) return;
  if (record.data.contains("detail")) {
    out_.line(fmt::format("{}  {}: waiting for {}, {}", when, row->doing, row->waits_for,
                          shown(record.data.at("detail"))));
  }
  if (is_afterwards(row)) return;
  auto planned = std::find_if(plan_.nodes.begin(), plan_.nodes.end(),
                              [&](const plan::NodePlan& node) { return node.name == record.node; });
  if (planned == plan_.nodes.end()) return;
  if (std::string usually = usual(plan_, *planned, row->step); !usually.empty())
    out_.line(fmt::format("{}  {}: waiting for {}{}", when, row->doing, row->waits_for, usually));
}

void LiveView::tell_end(const std::string& when, const Record& record, const JournalStepRow* row) {
  if (is_afterwards(row)) return out_.line(when + "  the cluster has settled");
  // Instead of "back in the load balancer", or of nothing.
  bool says_note =
      row != nullptr && (row->step == JournalStep::backends || row->step == JournalStep::order ||
                         row->step == JournalStep::balanced || row->step == JournalStep::before_node ||
                         row->step == JournalStep::after_node);
  if (says_note && record.data.contains("note"))
    return out_.line(fmt::format("{}  {}", when, shown(record.data.at("note"))));
  if (row != nullptr && row->step == JournalStep::balanced && record.phase == Phase::done)
    return out_.line(when + "  back in the load balancer");
  if (is_quiet(row)) return;
  const NodeProgress* progress = progress_.find(record.node);
  bool over = progress != nullptr && is_final(*progress);
  if (over) return out_.line(fmt::format("{}  {}   {}", when, record.step, durations(*progress)));
  bool is_config = row != nullptr && row->step == JournalStep::config;
  out_.line(fmt::format("{}  {}", when, is_config ? "config file in place" : record.step));
}

}  // namespace nightlatch::report
