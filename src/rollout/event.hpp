// The events that a run gets and the commands that it returns (A2). Values only.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rollout/question.hpp"
#include "rollout/record.hpp"

namespace nightlatch::rollout {

using Id = std::uint64_t;  // of a question, from 1; 0: none

// --- events
struct Started {};  // the first event of a run
struct Recorded {   // the record with this seq is durable
  std::uint64_t seq = 0;
};
struct RecordFailed {  // a record could not be written, so nothing more may be done
  std::string why;
};
struct Answered {  // the answer to the Ask with this id
  Id id = 0;
  Answer answer;
};
struct Interrupted {};  // INT, TERM or HUP (A8)
struct LockLost {       // the cluster's lock belongs to another run, or may (S21)
  std::string why;
};

struct Event {
  Millis now{0};  // monotonic; the run owns no clock
  std::variant<Started, Recorded, RecordFailed, Answered, Interrupted, LockLost> what;
};

// --- commands
struct Append {  // make the record durable, then send Recorded with its seq, or RecordFailed
  Record record;
};
struct Ask {  // have the question answered, then send Answered with the same id
  Id id = 0;
  Question question;
};
struct Finish {};  // the run is finished and needs no more events

using Command = std::variant<Append, Ask, Finish>;

// Collects the commands that follow from one event, and numbers records and questions.
class Outbox {
 public:
  // Adds an Append. Sets the record's run and its seq, counted from 1, and returns the seq.
  std::uint64_t append(Record record);
  // Adds an Ask and returns its id. A request to a node that names no run gets the id of this run.
  Id ask(Question question);
  void finish() { commands_.emplace_back(Finish{}); }

  // The commands since the last call, in their order.
  [[nodiscard]] std::vector<Command> take() { return std::exchange(commands_, {}); }
  // The id of the run; to be set before the first command.
  void set_run(std::string run) { run_ = std::move(run); }

 private:
  std::vector<Command> commands_;
  std::string run_;
  std::uint64_t seq_ = 0;
  Id next_id_ = 1;
};

}  // namespace nightlatch::rollout
