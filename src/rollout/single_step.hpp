// What every step of a run does alike, written once:
//
//   intend record → durable → questions, one at a time → done or failed record → durable
//
// So whoever reads the journal after a crash knows that at most the last intended work may have happened
// without its outcome being written. Three rules hold for every step:
//  1. Nothing is asked before the intend record is durable.
//  2. Only the answer to the question that is open counts. One that comes late or twice has another id.
//  3. A lost answer says nothing: the step asks again until the time set by `wait_until` has come, and only
//     then hears that its answer was lost.
//
// A step holds one of these as a value, feeds it each event and acts on the cue that comes back.
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

// leave: at once, whatever is open. leave_before_asking: while nothing was asked yet; afterwards the step
// comes to its own end. go_on: the step comes to its own end.
enum class WhenInterrupted { leave, leave_before_asking, go_on };

class SingleStep {
 public:
  // `node`: whose record it is; empty: the run's as a whole. `step`: its name in the journal.
  SingleStep(std::string node, std::string_view step, WhenInterrupted when)
      : node_(std::move(node)), step_(step), when_(when) {}

  struct Nothing {};  // the event was for somebody else, or there is nothing to do yet
  struct Begin {};    // the intend record is durable: ask
  struct Resume {};   // a pause is over, or an answer was lost: ask again
  struct Leave {};    // interrupted: call end() and ask no more
  struct Ended {      // the last record, of this phase, is durable
    Phase phase = Phase::done;
  };
  using Cue = std::variant<Nothing, Begin, Resume, Answer, Leave, Ended>;
  [[nodiscard]] Cue on(const Event& event, Outbox& out);

  // Appends the intend record.
  void intend(std::map<std::string, std::string> data, Outbox& out);
  // Until this time, on the clock of Event::now, a lost answer leads to Resume and not to Answer.
  void wait_until(Millis deadline) { deadline_ = deadline; }
  // The question that is open now; another one is forgotten.
  void ask(Question question, Outbox& out);
  // Leads to Resume.
  void pause(Millis delay, Outbox& out);
  // Appends the done record, or the failed one with its code and reason. Forgets the question that is open.
  void succeed(std::map<std::string, std::string> data, Outbox& out);
  void fail(const Trouble& trouble, std::map<std::string, std::string> data, Outbox& out);

  [[nodiscard]] bool finished() const { return state_ == State::ended; }
  // A question or a pause is open: no record waits to be durable.
  [[nodiscard]] bool is_open() const { return state_ == State::asking || state_ == State::pausing; }
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
  std::uint64_t record_ = 0;     // that must be durable before the step goes on; 0: none
  Id open_ = 0;                  // the question whose answer counts; 0: none
  Millis deadline_{0};
  bool interrupted_ = false;
};

}  // namespace nightlatch::rollout
