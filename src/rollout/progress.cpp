#include "rollout/progress.hpp"

#include <algorithm>

#include "rollout/client_record.hpp"
#include "rollout/write_object.hpp"

namespace nightlatch::rollout {

namespace {

NodeProgress& entry(std::vector<NodeProgress>& all, const std::string& name) {
  auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.node == name; });
  if (found != all.end()) return *found;
  all.push_back({});
  all.back().node = name;
  return all.back();
}

void fold_node(NodeProgress& node, const Record& record) {
  if (record.is(facts::JournalStep::before_node)) node.hook_owed = true;
  bool is_after = record.is(facts::JournalStep::after_node) || record.is(facts::JournalStep::after_end);
  if (is_after) node.hook_owed = record.phase == Phase::intend;
  const facts::JournalStepRow* row = facts::find_journal_step(record.step);
  if (row != nullptr && row->part == facts::StepPart::late) {
    if (std::string note = record.value("note"); !note.empty()) node.notes.push_back(std::move(note));
    return;
  }
  if (node.began_ms == 0 || node.is_before_own_way()) node.began_ms = record.time_ms;
  node.last_ms = record.time_ms;
  node.step = record.step;
  node.phase = record.phase;
  if (record.phase == Phase::intend) {
    node.step_ms = record.time_ms;
    node.detail = record.value("detail");
    return;
  }
  if (std::string note = record.value("note"); !note.empty()) node.notes.push_back(std::move(note));
  node.took_ms[record.step] += record.time_ms - node.step_ms;
  if (record.phase == Phase::failed && node.code == 0) {
    node.code = error_code(record);
    node.why = record.value("why");
  }
}

void fold_client(ClientTally& tally, const facts::ClientSight& sight) {
  tally.requests += sight.requests;
  tally.failed += sight.failed;
}

}  // namespace

bool NodeProgress::ended(facts::JournalStep one) const {
  return took_ms.contains(std::string(facts::name(one)));
}

bool NodeProgress::is_before_own_way() const {
  return row() != nullptr && row()->part == facts::StepPart::ahead;
}

void RunProgress::fold(const Record& record) {
  last_ms = record.time_ms;
  if (record.node.empty()) {
    if (record.step == object_step) fold_node(entry(objects, record.value("object")), record);
    if (std::string note = record.value("note"); !note.empty()) notes.push_back(std::move(note));
    if (record.step == client_step) fold_client(client, sight_in(record));
    if (record.step != "run") return;
    if (record.phase != Phase::intend) {
      end = record.data;
      return;
    }
    begin = record.data;
    run = record.run;
    plan = record.value("plan");
    direction = record.value("direction");
    by = record.value("by");
    of = record.value("of");
    relation = record.value("relation");
    reason = record.value("reason");
    outside_window = record.value("outsideWindow");
    ticket = record.value("ticket");
    approved_by = record.value("approvedBy");
    applied_by = record.value("appliedBy");
    demands = record.value("approvals");
    demand_signers = record.value("allowedSigners");
    began_ms = record.time_ms;
    return;
  }
  fold_node(entry(nodes, record.node), record);
}

const NodeProgress* RunProgress::find(const std::string& node) const {
  auto found = std::find_if(nodes.begin(), nodes.end(), [&](const auto& one) { return one.node == node; });
  return found == nodes.end() ? nullptr : &*found;
}

}  // namespace nightlatch::rollout
