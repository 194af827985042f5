#include "rollout/progress.hpp"

#include <algorithm>

#include "rollout/write_object.hpp"

namespace nightlatch::rollout {

namespace {

std::string value(const Record& record, const char* key) {
  auto found = record.data.find(key);
  return found == record.data.end() ? std::string{} : found->second;
}

NodeProgress& entry(std::vector<NodeProgress>& all, const std::string& name) {
  auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.node == name; });
  if (found != all.end()) return *found;
  all.push_back({});
  all.back().node = name;
  return all.back();
}

void fold_node(NodeProgress& node, const Record& record) {
  if (node.began_ms == 0 || is_before_a_nodes_way(node.step)) node.began_ms = record.time_ms;
  node.last_ms = record.time_ms;
  node.step = record.step;
  node.phase = record.phase;
  if (record.phase == Phase::intend) {
    node.step_ms = record.time_ms;
    node.detail = value(record, "detail");
    return;
  }
  if (std::string note = value(record, "note"); !note.empty()) node.notes.push_back(std::move(note));
  node.took_ms[record.step] += record.time_ms - node.step_ms;
  if (record.phase == Phase::failed && node.code == 0) {
    node.code = error_code(record);
    node.why = value(record, "why");
  }
}

}  // namespace

bool is_before_a_nodes_way(std::string_view step) {
  return step == "surveyed" || step == "config" || step == "order";
}

void RunProgress::fold(const Record& record) {
  last_ms = record.time_ms;
  if (record.node.empty()) {
    if (record.step == object_step) fold_node(entry(objects, value(record, "object")), record);
    if (record.step != "run") return;
    if (record.phase != Phase::intend) {
      end = record.data;
      return;
    }
    run = record.run;
    plan = value(record, "plan");
    direction = value(record, "direction");
    by = value(record, "by");
    of = value(record, "of");
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
