// What a run is told, and what it asks for. Values only.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rollout/question.hpp"
#include "rollout/record.hpp"

namespace nightlatch::rollout {

using Id = std::uint64_t;  // of a question; 0 is none

// --- events
struct Started {};
struct Recorded {  // the record is durable
  std::uint64_t seq = 0;
};
struct RecordFailed {  // it could not be written: nothing more may be done
  std::string why;
};
struct Answered {
  Id id = 0;
  Answer answer;
};
struct Interrupted {};
struct LockLost {  // the cluster's lock is another's, or may be
  std::string why;
};

struct Event {
  Millis now{0};  // monotonic; the run owns no clock
  std::variant<Started, Recorded, RecordFailed, Answered, Interrupted, LockLost> what;
};

// --- commands
struct Append {  // make durable, then tell Recorded
  Record record;
};
struct Ask {  // tell Answered with the same id
  Id id = 0;
  Question question;
};
struct Finish {};

using Command = std::variant<Append, Ask, Finish>;

// Collects the commands of one event, and numbers records and questions.
class Outbox {
 public:
  // Sets the record's run and seq, and returns the seq.
  std::uint64_t append(Record record);
  // A request to a node that names no run is of this run.
  Id ask(Question question);
  void finish() { commands_.emplace_back(Finish{}); }

  [[nodiscard]] std::vector<Command> take() { return std::exchange(commands_, {}); }
  void set_run(std::string run) { run_ = std::move(run); }

 private:
  std::vector<Command> commands_;
  std::string run_;
  std::uint64_t seq_ = 0;
  Id next_id_ = 1;
};

}  // namespace nightlatch::rollout
