#include "report/live_view.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "plan/estimate.hpp"
#include "report/flow.hpp"
#include "report/render.hpp"
#include "report/run_report.hpp"
#include "rollout/write_object.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using rollout::NodeProgress;
using rollout::Phase;
using rollout::Record;
using std::chrono::milliseconds;

constexpr std::int64_t silence_ms = 2000;  // after this long a line says for what it waits

// What a step is called while it goes on, and what it waits for.
struct StepWords {
  std::string_view step;
  std::string_view doing;
  std::string_view waits_for;
};
constexpr std::array step_words{
    StepWords{"config", "config file", "the node's answer"},
    StepWords{"preflight", "preflight", "this node and its peers"},
    StepWords{"person", "asking", "your answer"},
    StepWords{"staged", "staging", "manifest and backup on disk"},
    StepWords{"armed", "arming", "the node's deadline"},
    StepWords{"rehearsed", "rehearsing", "a restore into a scratch file"},
    StepWords{"swapped", "swapping", "one rename"},
    StepWords{"taken-over", "taking over", "the guard's new lease"},
    StepWords{"restarted", "restarting", "drain and restart"},
    StepWords{"gated", "gates", "probes and closed paths"},
    StepWords{"soaked", "soaking", "all gates to hold"},
    StepWords{"confirmed", "confirming", "the node's last word"},
    StepWords{"balanced", "rejoining", "new connections through the load balancer"},
    StepWords{"order", "looking", "where the endpoint's address is"},
    StepWords{"surveyed", "surveying", "two looks at Nodes, leases, rejected requests"},
    StepWords{"recovered", "recovering", "Node Ready, leases renewed, no more 429 than before"},
    StepWords{"cleaned", "backing out", "what was staged to go"},
    StepWords{"evidence", "asking why", "the API server's log"},
    StepWords{"restoring", "restoring", "the old manifest"},
    StepWords{"back", "restarting", "the old configuration"},
    StepWords{"regated", "gates", "health as before"},
    StepWords{"restored", "closing", "the node's last word"},
};

const StepWords* words_of(std::string_view step) {
  auto found = std::find_if(step_words.begin(), step_words.end(),
                            [&](const StepWords& one) { return one.step == step; });
  return found == step_words.end() ? nullptr : &*found;
}

constexpr std::array final_steps{std::string_view("confirmed"), std::string_view("restored"),
                                 std::string_view("cleaned")};

// The node itself has ended; what is around it is waited for.
bool is_afterwards(std::string_view step) {
  return step == "balanced" || step == "recovered";
}

bool is_final(const NodeProgress& node) {
  if (is_afterwards(node.step)) return true;
  return node.phase == Phase::done &&
         std::find(final_steps.begin(), final_steps.end(), node.step) != final_steps.end();
}

// "usually 40 s", where that is known.
std::string usual(const plan::Plan& plan, const plan::NodePlan& node, std::string_view step) {
  const spec::Gates& gates = plan.playbook.gates;
  std::chrono::seconds seconds{0};
  if (step == "restarted" || step == "back") seconds = std::chrono::seconds(node.grace_seconds + 10);
  if (step == "gated" || step == "regated")
    seconds = gates.interval * (gates.consecutive - 1) + std::chrono::seconds(1);
  if (step == "soaked") seconds = plan::soak(plan, plan::planned_turn(plan, node));
  if (seconds.count() == 0) return {};
  return fmt::format(", {} {}", step == "soaked" ? "for" : "usually", human_duration(seconds));
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
  out_.write(question);
}

void LiveView::close_question() {
  std::lock_guard lock(mutex_);
  asking_ = false;
}

void LiveView::say(const std::string& line) {
  std::lock_guard lock(mutex_);
  if (asking_) out_.line();
  erase();
  out_.line(line);
}

std::string LiveView::node_in_mid_change() {
  std::lock_guard lock(mutex_);
  for (const NodeProgress& node : progress_.nodes) {
    bool begun = node.took_ms.contains("armed") || node.step == "armed" ||
                 node.took_ms.contains("restoring") || node.step == "restoring";
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
  bool before_all = progress != nullptr && rollout::is_before_a_nodes_way(progress->step);
  if (progress == nullptr || (before_all && progress->phase == Phase::done))
    return line(Color::dim, "waiting", "");
  bool waited_for = is_afterwards(progress->step) && progress->phase == Phase::intend;
  if (is_final(*progress) && !waited_for) {
    std::string_view state = progress->step == "cleaned"               ? "untouched"
                             : progress->took_ms.contains("rehearsed") ? "rehearsed"
                             : progress->took_ms.contains("confirmed") ? "confirmed"
                                                                       : "restored";
    bool confirmed = state == "confirmed";
    return line(confirmed ? Color::green : Color::yellow, state, durations(*progress));
  }
  if (progress->phase == Phase::failed) return line(Color::red, "failed", progress->why);
  const StepWords* words = words_of(progress->step);
  std::string elapsed =
      human_duration(milliseconds((std::max(now_ms, progress->began_ms) - progress->began_ms) / 1000 * 1000));
  return line(Color::none, words == nullptr ? std::string_view(progress->step) : words->doing,
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
  const StepWords* words = words_of(progress.step);
  if (words == nullptr || now_ms - progress.step_ms < silence_ms) return {};
  std::string detail = progress.detail.empty() ? "" : ", " + progress.detail;
  return fmt::format("{}{}{}", words->waits_for, usual(plan_, node, progress.step), detail);
}

// Without a terminal: the beginning of what takes long, every end, every failure.
void LiveView::tell(const Record& record) {
  bool is_object = record.node.empty() && record.step == rollout::object_step;
  if (record.node.empty() && !is_object) return;
  std::string when = utc_timestamp(std::chrono::system_clock::time_point(milliseconds(record.time_ms)));
  auto shown = [&](std::string_view data) { return visible(data, charset_of(out_.terminal())); };
  if (!record.node.empty()) when += "  " + shown(record.node);
  if (is_object) when += "  " + shown(record.data.at("object"));
  auto planned = std::find_if(plan_.nodes.begin(), plan_.nodes.end(),
                              [&](const plan::NodePlan& node) { return node.name == record.node; });
  const StepWords* words = words_of(record.step);
  if (record.phase == Phase::failed) {
    auto value = [&](const char* key) {
      auto found = record.data.find(key);
      return found == record.data.end() ? std::string{} : found->second;
    };
    out_.line(fmt::format("{}  {} failed: {} ({})", when, is_object ? "writing" : record.step,
                          shown(value("why")), code_name(rollout::error_code(record))));
    return;
  }
  if (record.phase == Phase::intend && words != nullptr && record.data.contains("detail")) {
    out_.line(fmt::format("{}  {}: waiting for {}, {}", when, words->doing, words->waits_for,
                          shown(record.data.at("detail"))));
  }
  if (is_afterwards(record.step)) {
    bool balanced = record.step == "balanced";
    if (record.phase == Phase::done)
      out_.line(when + (balanced ? "  back in the load balancer" : "  the cluster has settled"));
    return;
  }
  bool takes_long = planned != plan_.nodes.end() && !usual(plan_, *planned, record.step).empty();
  if (record.phase == Phase::intend && takes_long && words != nullptr) {
    out_.line(fmt::format("{}  {}: waiting for {}{}", when, words->doing, words->waits_for,
                          usual(plan_, *planned, record.step)));
  }
  if (record.step == "order" && record.data.contains("note"))
    return out_.line(fmt::format("{}  {}", when, shown(record.data.at("note"))));
  constexpr std::array quiet{std::string_view("surveyed"), std::string_view("order"),
                             std::string_view("preflight"), std::string_view("person")};
  bool is_quiet = std::find(quiet.begin(), quiet.end(), record.step) != quiet.end();
  if (record.phase != Phase::done || is_quiet) return;
  const NodeProgress* progress = progress_.find(record.node);
  bool over = progress != nullptr && is_final(*progress);
  if (over) return out_.line(fmt::format("{}  {}   {}", when, record.step, durations(*progress)));
  std::string what = record.step == "config" ? "config file in place" : is_object ? "changed" : record.step;
  out_.line(fmt::format("{}  {}", when, what));
}

}  // namespace nightlatch::report
