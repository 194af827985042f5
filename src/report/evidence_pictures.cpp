// The three pictures of a run: who was at what, how the endpoint answered meanwhile, and what every API
// server answered before and after.
#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "report/evidence_parts.hpp"
#include "report/numbers.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using facts::JournalStep;
using rollout::GateHistory;
using rollout::NodeTimeline;
using rollout::Phase;
using rollout::StepSpan;

enum class LaneOf : std::size_t {
  before,
  staged,
  armed,
  restart,
  gates,
  soak,
  balancer,
  restore,
  around,
  other
};

std::vector<LaneKind> lane_kinds() {
  return {{'P', "before the change"}, {'S', "staged"},  {'A', "armed"},
          {'R', "restart"},           {'G', "gates"},   {'K', "soak"},
          {'B', "load balancer"},     {'U', "restore"}, {'C', "cluster recovers"},
          {'o', "other steps"}};
}

LaneOf lane_of(const std::string& step) {
  const facts::JournalStepRow* row = facts::find_journal_step(step);
  if (row == nullptr) return LaneOf::other;
  if (row->part == facts::StepPart::ahead) return LaneOf::before;
  switch (row->step) {
    case JournalStep::staged:
      return LaneOf::staged;
    case JournalStep::armed:
    case JournalStep::rehearsed:
      return LaneOf::armed;
    case JournalStep::preflight:
    case JournalStep::person:
      return LaneOf::before;
    default:
      break;
  }
  switch (row->counts_in) {
    case facts::DurationColumn::restart:
      return LaneOf::restart;
    case facts::DurationColumn::gates:
      return LaneOf::gates;
    case facts::DurationColumn::soak:
      return LaneOf::soak;
    case facts::DurationColumn::balancer:
      return LaneOf::balancer;
    case facts::DurationColumn::restore:
      return LaneOf::restore;
    case facts::DurationColumn::cluster:
      return LaneOf::around;
    case facts::DurationColumn::none:
      return LaneOf::other;
  }
  return LaneOf::other;
}

// "+1 min 12 s": since the run began.
std::string since(const PastRun& run, std::int64_t ms) {
  return ms <= run.progress.began_ms ? "+0 s" : "+" + took_text(ms - run.progress.began_ms);
}

Text end_of(const StepSpan& step) {
  if (step.phase == Phase::failed) return {"failed", Tone::bad};
  return step.phase == Phase::done ? Text("done") : Text("no end", Tone::warning);
}

std::string question_of(const facts::Expectation& question) {
  std::string_view with = question.credentials == facts::Credentials::none    ? ""
                          : question.credentials == facts::Credentials::admin ? " (admin)"
                                                                              : " (token)";
  return fmt::format("{} {}{}", question.method, question.path, with);
}

// A question to every node; nodes that answered all of them alike share a column.
struct Matrix {
  std::vector<facts::Expectation> questions;
  std::vector<std::string> columns;
  std::vector<std::vector<GridCell>> cells;  // by column, then by question
};

int status_of(const facts::Seen& seen) {
  return seen.question.path.empty() ? -1 : seen.status;
}

Matrix matrix_of(const PastRun& run) {
  Matrix matrix;
  for (const NodeTimeline& node : run.timeline.nodes) {
    for (const GateHistory& gate : node.gates) {
      bool known = std::any_of(matrix.questions.begin(), matrix.questions.end(), [&](const auto& one) {
        return question_of(one) == question_of(gate.question);
      });
      if (!known) matrix.questions.push_back(gate.question);
    }
  }
  for (const NodeTimeline& node : run.timeline.nodes) {
    std::vector<GridCell> cells(matrix.questions.size());
    for (const GateHistory& gate : node.gates) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (question_of(matrix.questions[i]) == question_of(gate.question))
          cells[i] = {status_of(gate.before), status_of(gate.after)};
      }
    }
    if (node.gates.empty()) continue;
    auto same = std::find_if(matrix.cells.begin(), matrix.cells.end(), [&](const std::vector<GridCell>& one) {
      return std::equal(one.begin(), one.end(), cells.begin(), [](const GridCell& a, const GridCell& b) {
        return a.before == b.before && a.after == b.after;
      });
    });
    if (same != matrix.cells.end()) {
      matrix.columns[static_cast<std::size_t>(same - matrix.cells.begin())] += ", " + node.node;
      continue;
    }
    matrix.columns.push_back(node.node);
    matrix.cells.push_back(std::move(cells));
  }
  return matrix;
}

}  // namespace

std::optional<Picture> timeline_picture(const PastRun& run) {
  std::int64_t began = run.progress.began_ms;
  Lanes lanes{.length = run.progress.last_ms - began, .kinds = lane_kinds(), .lanes = {}};
  Table table{{"NODE", "STEP", "BEGAN", "TOOK", "END"}, {}};
  auto add = [&](const std::string& label, const std::vector<StepSpan>& steps) {
    Lane lane{label, {}};
    for (const StepSpan& step : steps) {
      std::int64_t end = step.phase == Phase::intend ? run.progress.last_ms : step.ended_ms;
      lane.bars.push_back({step.began_ms - began, end - began, static_cast<std::size_t>(lane_of(step.step)),
                           step.phase == Phase::failed});
      table.rows.push_back(
          {label, step.step, since(run, step.began_ms), took_text(end - step.began_ms), end_of(step)});
    }
    if (!lane.bars.empty()) lanes.lanes.push_back(std::move(lane));
  };
  for (const NodeTimeline& node : run.timeline.nodes) add(node.node, node.steps);
  add("the run", run.timeline.of_the_run);
  if (lanes.lanes.empty()) return std::nullopt;
  return Picture{"What happened when", std::move(lanes), std::move(table)};
}

std::optional<Picture> client_picture(const PastRun& run) {
  if (run.timeline.client.empty()) return std::nullopt;
  std::int64_t began = run.progress.began_ms;
  Course course{.length = run.progress.last_ms - began, .spans = {}};
  Table table{{"FROM", "UNTIL", "REQUESTS", "FAILED", "USUALLY", "SLOWEST"}, {}};
  for (const facts::ClientSight& sight : run.timeline.client) {
    course.spans.push_back({std::max<std::int64_t>(sight.from_ms - began, 0), sight.until_ms - began,
                            sight.usual_ms, sight.slowest_ms, sight.failed});
    table.rows.push_back({since(run, sight.from_ms), since(run, sight.until_ms), thousands(sight.requests),
                          Text(thousands(sight.failed), sight.failed > 0 ? Tone::bad : Tone::plain),
                          took_text(sight.usual_ms), took_text(sight.slowest_ms)});
  }
  return Picture{"How the cluster's endpoint answered meanwhile", std::move(course), std::move(table)};
}

std::optional<Picture> matrix_picture(const PastRun& run) {
  Matrix matrix = matrix_of(run);
  if (matrix.columns.empty()) return std::nullopt;
  Grid grid{matrix.columns, {}};
  Table table{{"QUESTION"}, {}};
  table.header.insert(table.header.end(), matrix.columns.begin(), matrix.columns.end());
  for (std::size_t i = 0; i < matrix.questions.size(); ++i) {
    std::string question = question_of(matrix.questions[i]);
    GridRow row{question, {}};
    std::vector<Text> cells{exact(question)};
    for (const std::vector<GridCell>& column : matrix.cells) {
      row.cells.push_back(column[i]);
      cells.emplace_back(
          fmt::format("{} -> {}", status_text(column[i].before), status_text(column[i].after)));
    }
    grid.rows.push_back(std::move(row));
    table.rows.push_back(std::move(cells));
  }
  return Picture{"What each API server answered before and after", std::move(grid), std::move(table)};
}

}  // namespace nightlatch::report
