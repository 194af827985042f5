// What a journal says about a run: how far each node is, how long each step took. The live view, the summary
// and `nightlatch history` are made from it (A5). All times come from the records: milliseconds since 1970
// UTC.
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

// The records of one node, or of one object of the API.
struct NodeProgress {
  std::string node;
  std::string step;                             // of the latest record
  Phase phase = Phase::intend;                  // of the latest record
  std::int64_t began_ms = 0;                    // the first record after those that belong to all nodes
  std::int64_t step_ms = 0;                     // when the present step began
  std::int64_t last_ms = 0;                     // the node's latest record
  std::map<std::string, std::int64_t> took_ms;  // the durations of the steps that ended, by name, added up
  std::string detail;                           // of the step that began last, for people
  std::vector<std::string> notes;               // of the steps that ended, for people
  // Whether the hook beforeNode was called and afterNode was not, or did not end; nullopt: neither was.
  std::optional<bool> hook_owed{};
  int code = 0;     // the ErrorCode number of the first failure; 0: none
  std::string why;  // the reason of the first failure

  // The row of the latest step; nullptr: no record yet, or a step of another version of nightlatch.
  [[nodiscard]] const facts::JournalStepRow* row() const { return facts::find_journal_step(step); }
  // Whether this is the latest step.
  [[nodiscard]] bool is_at(facts::JournalStep one) const { return step == facts::name(one); }
  // Whether the step has ever ended, and whether it has ever begun.
  [[nodiscard]] bool ended(facts::JournalStep one) const;
  [[nodiscard]] bool began(facts::JournalStep one) const { return is_at(one) || ended(one); }
  // Whether the latest step is one of those that come before a node's own: the survey, the order, the
  // configuration file.
  [[nodiscard]] bool is_before_own_way() const;
};

// What the run's own client saw of the cluster's endpoint, added up.
struct ClientTally {
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
};

struct RunProgress {
  std::string run;        // the id
  std::string plan;       // the plan's hash
  std::string direction;  // "apply", "rollback", "rehearsal", "confirm" or "prepare"
  std::string by;         // who started the run
  std::string of;         // the run that the plan is about; empty: none
  std::string relation;   // of the plan to that run, as plan::name; empty: an earlier version did not say it
  std::string reason;     // why every path was opened again; empty in every other run
  std::string outside_window;  // why the run went past the window; empty: it did not
  std::string ticket;          // of that
  std::string approved_by;     // the names, with ", " between them; empty: no approvals were needed
  std::string applied_by;      // the name of the person who has signed the start; empty: as above
  std::string demands;         // how many approvals the command line demanded; empty: none
  std::string demand_signers;  // the file that it named for them; empty: none
  std::int64_t began_ms = 0;
  std::int64_t last_ms = 0;
  std::vector<NodeProgress> nodes;    // in the order of their first records
  std::vector<NodeProgress> objects;  // writes to the API; `node` is the object's text
  std::vector<std::string> notes;     // of the hooks around all nodes, for people
  ClientTally client;
  std::map<std::string, std::string> begin;  // data of the run's first record
  std::map<std::string, std::string> end;    // data of the run's last record; empty: none yet

  // Adds the next record of the run. Records come in the order of the journal.
  void fold(const Record& record);
  // The progress of the node; nullptr: it has no record.
  [[nodiscard]] const NodeProgress* find(const std::string& node) const;
};

}  // namespace nightlatch::rollout
