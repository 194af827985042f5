// What every step of a run has in common (A2):
//
//   intend record → durable → questions, one at a time → done or failed record → durable
//
// So whoever reads the journal after a crash knows that only the last intended work may have happened without
// its outcome being written. Three rules hold for every step:
//  1. Nothing is asked before the intend record is durable.
//  2. Only the answer to the open question counts. An answer that comes late or twice has another id.
//  3. A lost answer says nothing. The step asks again until the time set by wait_until() has come, and only
//     then gets the lost answer.
//
// A step has a SingleStep as a member, passes each event to it and acts on the cue that it returns.
//
// The classes of steps (AwaitCluster, NodeSwap and so on) have the same four functions, which Run calls:
//  - start(now, out): once, before all events. Appends the first record, unless there is nothing to do.
//  - on(event, out): for each event until the step is finished. `out` gets the commands that follow.
//  - finished(): whether the step has ended and its last record is durable.
//  - trouble(): why the step failed, with a code of rollout/errors.hpp; nullopt: it has not failed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "rollout/event.hpp"
#include "rollout/record.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

// What an interruption does to a step. leave: the step ends at once, whatever question is open.
// leave_before_asking: it ends if nothing was asked yet, and otherwise goes on to its own end. go_on: it goes
// on to its own end.
enum class WhenInterrupted { leave, leave_before_asking, go_on };

class SingleStep {
 public:
  // `node` and `step` are those of the records; an empty node stands for the run as a whole.
  SingleStep(std::string node, std::string_view step, WhenInterrupted when)
      : node_(std::move(node)), step_(step), when_(when) {}

  struct Nothing {};  // the event does not concern this step, or there is nothing to do yet
  struct Begin {};    // the intend record is durable: ask
  struct Resume {};   // a pause is over, or an answer was lost: ask again
  struct Leave {};    // interrupted: call succeed() or fail(), and ask no more
  struct Ended {      // the last record is durable; `phase` says whether it is a done or a failed one
    Phase phase = Phase::done;
  };
  using Cue = std::variant<Nothing, Begin, Resume, Answer, Leave, Ended>;
  // What the step is to do after this event. Answer: the answer to the open question, which may be a lost
  // one. After a lost answer that comes before the time of wait_until(), it pauses for 2 s and then says
  // Resume.
  [[nodiscard]] Cue on(const Event& event, Outbox& out);

  // Appends the intend record with `data`.
  void intend(std::map<std::string, std::string> data, Outbox& out);
  // Until this time, on the clock of Event::now, a lost answer leads to Resume and not to Answer. The default
  // is 0: a lost answer is passed on at once.
  void wait_until(Millis deadline) { deadline_ = deadline; }
  // Asks `question`, which is the open one from now on; an answer to an earlier one counts no more.
  void ask(Question question, Outbox& out);
  // Leads to Resume after `delay`.
  void pause(Millis delay, Outbox& out);
  // Appends the done record, or the failed one with the code and the reason of `trouble`. An answer to the
  // open question counts no more. A "code" or "why" in `data` is kept in place of those of `trouble`.
  void succeed(std::map<std::string, std::string> data, Outbox& out);
  void fail(const Trouble& trouble, std::map<std::string, std::string> data, Outbox& out);

  [[nodiscard]] bool finished() const { return state_ == State::ended; }
  // A question or a pause is open: no record waits to be durable.
  [[nodiscard]] bool is_open() const { return state_ == State::asking || state_ == State::pausing; }
  // Whether an interruption came while the step went on.
  [[nodiscard]] bool interrupted() const { return interrupted_; }

 private:
  enum class State { intending, asking, pausing, ending, ended };

  Cue on_recorded(std::uint64_t seq);
  Cue on_interrupted();
  Cue on_answered(const Answered& answered, Millis now, Outbox& out);
  void append(Phase phase, std::map<std::string, std::string> data, Outbox& out);
  void end(Phase phase, std::map<std::string, std::string> data, Outbox& out);

  std::string node_;
  std::string step_;
  WhenInterrupted when_;
  State state_ = State::intending;
  Phase phase_ = Phase::intend;  // of the last record
  std::uint64_t record_ = 0;     // seq of the record that the step waits for; 0: none
  Id open_ = 0;                  // the question whose answer counts; 0: none
  Millis deadline_{0};
  bool interrupted_ = false;
};

}  // namespace nightlatch::rollout
