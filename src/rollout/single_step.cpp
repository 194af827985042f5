#include "rollout/single_step.hpp"

#include "util/overloaded.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis retry_pause = 2s;  // after a lost answer

}  // namespace

void SingleStep::append(Phase phase, std::map<std::string, std::string> data, Outbox& out) {
  phase_ = phase;
  record_ = out.append(Record{0, {}, {}, node_, step_, phase, std::move(data)});
}

void SingleStep::intend(std::map<std::string, std::string> data, Outbox& out) {
  state_ = State::intending;
  append(Phase::intend, std::move(data), out);
}

void SingleStep::ask(Question question, Outbox& out) {
  state_ = State::asking;
  open_ = out.ask(std::move(question));
}

void SingleStep::pause(Millis delay, Outbox& out) {
  state_ = State::pausing;
  open_ = out.ask(Pause{delay});
}

void SingleStep::end(Phase phase, std::map<std::string, std::string> data, Outbox& out) {
  state_ = State::ending;
  open_ = 0;
  append(phase, std::move(data), out);
}

void SingleStep::succeed(std::map<std::string, std::string> data, Outbox& out) {
  end(Phase::done, std::move(data), out);
}

void SingleStep::fail(const Trouble& trouble, std::map<std::string, std::string> data, Outbox& out) {
  data.merge(error_data(trouble.code, trouble.why));
  end(Phase::failed, std::move(data), out);
}

SingleStep::Cue SingleStep::on_recorded(std::uint64_t seq) {
  if (record_ == 0 || seq != record_) return Nothing{};
  record_ = 0;
  if (state_ == State::intending) {
    if (interrupted_ && when_ != WhenInterrupted::go_on) return Leave{};
    return Begin{};
  }
  if (state_ != State::ending) return Nothing{};
  state_ = State::ended;
  return Ended{phase_};
}

SingleStep::Cue SingleStep::on_interrupted() {
  interrupted_ = true;
  bool is_open = state_ == State::asking || state_ == State::pausing;
  if (is_open && when_ == WhenInterrupted::leave) return Leave{};
  return Nothing{};
}

SingleStep::Cue SingleStep::on_answered(const Answered& answered, Millis now, Outbox& out) {
  bool is_open = state_ == State::asking || state_ == State::pausing;
  if (!is_open || answered.id != open_) return Nothing{};
  open_ = 0;  // a copy of the same answer no longer counts
  if (state_ == State::pausing) return Resume{};
  if (is_lost(answered.answer) && now < deadline_) {
    pause(retry_pause, out);
    return Nothing{};
  }
  return answered.answer;
}

SingleStep::Cue SingleStep::on(const Event& event, Outbox& out) {
  return std::visit(
      overloaded{[&](const Recorded& recorded) { return on_recorded(recorded.seq); },
                 [&](const Answered& answered) { return on_answered(answered, event.now, out); },
                 [&](const Interrupted&) { return on_interrupted(); },
                 // Run handles what begins or ends a whole run.
                 [](const Started&) { return Cue(Nothing{}); },
                 [](const RecordFailed&) { return Cue(Nothing{}); },
                 [](const LockLost&) { return Cue(Nothing{}); }},
      event.what);
}

}  // namespace nightlatch::rollout
