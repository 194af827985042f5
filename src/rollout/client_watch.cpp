#include "rollout/client_watch.hpp"

#include <algorithm>

#include "rollout/client_record.hpp"
#include "util/overloaded.hpp"

namespace nightlatch::rollout {

namespace {

constexpr Millis usual_pause = std::chrono::seconds(10);
// A pause is at least this part of the time that the run has taken: some 30 records in the first five
// minutes, and 21 more whenever that time has doubled.
constexpr int share_of_time = 30;

}  // namespace

void ClientWatch::start(Millis now, Outbox& out) {
  began_ = now;
  pause(now, out);
}

void ClientWatch::pause(Millis now, Outbox& out) {
  state_ = State::pausing;
  open_ = out.ask(Pause{std::max(usual_pause, (now - began_) / share_of_time)});
}

void ClientWatch::hear(Outbox& out) {
  state_ = State::hearing;
  heard_last_ = ends_;
  open_ = out.ask(HearClient{});
}

void ClientWatch::go_on(Millis now, Outbox& out) {
  if (heard_last_) {
    state_ = State::ended;
  } else if (ends_) {
    hear(out);
  } else {
    pause(now, out);
  }
}

void ClientWatch::on_heard(const facts::ClientSight& sight, Millis now, Outbox& out) {
  if (sight.requests == 0) return go_on(now, out);
  state_ = State::recording;
  record_ = out.append(Record{0, {}, {}, {}, std::string(client_step), Phase::done, data_of(sight)});
}

bool ClientWatch::on_recorded(std::uint64_t seq, Millis now, Outbox& out) {
  if (state_ != State::recording || seq != record_) return false;
  go_on(now, out);
  return true;
}

bool ClientWatch::on_answered(const Answered& answered, Millis now, Outbox& out) {
  if (open_ == 0 || answered.id != open_) return false;
  open_ = 0;
  if (state_ == State::pausing) {
    hear(out);
  } else {
    on_heard(answer_of<HearClient>(answered.answer), now, out);
  }
  return true;
}

bool ClientWatch::take(const Event& event, Outbox& out) {
  return std::visit(
      overloaded{[&](const Recorded& recorded) { return on_recorded(recorded.seq, event.now, out); },
                 [&](const Answered& answered) { return on_answered(answered, event.now, out); },
                 [](const Started&) { return false; }, [](const RecordFailed&) { return false; },
                 [](const Interrupted&) { return false; }, [](const LockLost&) { return false; }},
      event.what);
}

void ClientWatch::end(Outbox& out) {
  ends_ = true;
  if (state_ == State::pausing) hear(out);
}

}  // namespace nightlatch::rollout
