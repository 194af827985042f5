// The journal folded: where each node is, how long each step took. Live view, summary and history are this.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/steps.hpp"
#include "rollout/record.hpp"

namespace nightlatch::rollout {

struct NodeProgress {
  std::string node;
  std::string step;  // the latest; "" before anything
  Phase phase = Phase::intend;
  std::int64_t began_ms = 0;                    // the node's first record after its config file
  std::int64_t step_ms = 0;                     // when the present step began
  std::int64_t last_ms = 0;                     // the node's latest record
  std::map<std::string, std::int64_t> took_ms;  // by step, of those that ended
  std::string detail;                           // of the present step, for the screen
  std::vector<std::string> notes;               // what is no failure, and worth telling
  int code = 0;                                 // of the first failure
  std::string why;

  // The row of the latest step; nullptr: before anything, or a step of another version of nightlatch.
  [[nodiscard]] const facts::JournalStepRow* row() const { return facts::find_journal_step(step); }
  [[nodiscard]] bool is_at(facts::JournalStep one) const { return step == facts::name(one); }
  // Whether it was ever ended, and whether it was ever begun.
  [[nodiscard]] bool ended(facts::JournalStep one) const;
  [[nodiscard]] bool began(facts::JournalStep one) const { return is_at(one) || ended(one); }
  // The survey, the config file and whose turn it is are of all nodes; a node's own way begins after them.
  [[nodiscard]] bool is_before_own_way() const;
};

struct RunProgress {
  std::string run;
  std::string plan;       // hash
  std::string direction;  // apply or rollback
  std::string by;
  std::string of;  // rollback: the run undone
  std::int64_t began_ms = 0;
  std::int64_t last_ms = 0;
  std::vector<NodeProgress> nodes;         // in order of their first record
  std::vector<NodeProgress> objects;       // writes to the API; `node` is the object's text
  std::map<std::string, std::string> end;  // data of the run's last record; empty while it goes on

  void fold(const Record& record);
  [[nodiscard]] const NodeProgress* find(const std::string& node) const;
};

}  // namespace nightlatch::rollout
