#include "rollout/timeline.hpp"

#include <algorithm>
#include <string_view>

#include "rollout/client_record.hpp"
#include "rollout/gate_answers.hpp"
#include "rollout/write_object.hpp"

namespace nightlatch::rollout {

namespace {

facts::Seen not_asked() {
  facts::Seen none;
  none.why = "not asked";
  return none;
}

void fold_span(std::vector<StepSpan>& steps, const std::string& step, const Record& record) {
  if (record.phase == Phase::intend) {
    steps.push_back({step, record.time_ms, record.time_ms, Phase::intend});
    return;
  }
  auto open = std::find_if(steps.rbegin(), steps.rend(), [&](const StepSpan& one) {
    return one.step == step && one.phase == Phase::intend;
  });
  if (open == steps.rend()) return;
  open->ended_ms = record.time_ms;
  open->phase = record.phase;
}

// The history of this question, whatever was expected of it: a restored node must answer as it did before.
GateHistory& history_of(std::vector<GateHistory>& gates, const facts::Seen& seen) {
  auto found = std::find_if(gates.begin(), gates.end(), [&](const GateHistory& one) {
    return one.question.method == seen.question.method && one.question.path == seen.question.path &&
           one.question.credentials == seen.question.credentials;
  });
  if (found != gates.end()) return *found;
  gates.push_back({seen.question, not_asked(), not_asked(), not_asked(), not_asked()});
  return gates.back();
}

bool was_asked(const facts::Seen& seen) {
  return !seen.question.path.empty();
}

// changed: under the changed manifest. undone: under the old one, which is back.
enum class When { before, changed, undone };

void fold_answers(NodeTimeline& node, const std::string& text, When when) {
  for (facts::Seen& seen : answers_in(text)) {
    GateHistory& gate = history_of(node.gates, seen);
    if (when == When::before) gate.before = seen;
    if (when == When::changed) {
      if (!was_asked(gate.first)) gate.first = seen;
      gate.last = seen;
    }
    gate.after = std::move(seen);
  }
}

NodeTimeline& entry(std::vector<NodeTimeline>& nodes, const std::string& name) {
  auto found = std::find_if(nodes.begin(), nodes.end(), [&](const auto& one) { return one.node == name; });
  if (found != nodes.end()) return *found;
  nodes.push_back({name, {}, {}});
  return nodes.back();
}

}  // namespace

void Timeline::fold(const Record& record) {
  constexpr std::string_view of_a_node = "answers.";
  if (!record.node.empty()) {
    NodeTimeline& node = entry(nodes, record.node);
    fold_span(node.steps, record.step, record);
    // What the changed API server answered says nothing about the one that comes back.
    if (record.is(facts::JournalStep::restoring)) {
      for (GateHistory& gate : node.gates) gate.after = not_asked();
    }
    When when = record.is(facts::JournalStep::preflight) ? When::before
                : record.is(facts::JournalStep::regated) ? When::undone
                                                         : When::changed;
    fold_answers(node, record.value("firstAnswers"), when);
    fold_answers(node, record.value("answers"), when);
    return;
  }
  if (record.step == client_step) client.push_back(sight_in(record));
  bool is_whole_run = record.step == "run" || record.step == client_step;
  if (is_whole_run) return;
  fold_span(of_the_run, record.step == object_step ? record.value("object") : record.step, record);
  for (const auto& [key, text] : record.data) {
    if (key.starts_with(of_a_node))
      fold_answers(entry(nodes, key.substr(of_a_node.size())), text, When::changed);
  }
}

const NodeTimeline* Timeline::find(const std::string& node) const {
  auto found = std::find_if(nodes.begin(), nodes.end(), [&](const auto& one) { return one.node == node; });
  return found == nodes.end() ? nullptr : &*found;
}

std::vector<facts::Outage> outages_of(const std::vector<facts::ClientSight>& client) {
  std::vector<facts::Outage> outages;
  for (const facts::ClientSight& sight : client) {
    for (const facts::Outage& outage : sight.outages) {
      bool goes_on = !outages.empty() && outages.back().began_ms == outage.began_ms;
      if (goes_on) {
        outages.back() = outage;
      } else {
        outages.push_back(outage);
      }
    }
  }
  return outages;
}

}  // namespace nightlatch::rollout
