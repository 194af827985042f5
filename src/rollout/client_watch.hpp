// Listens to the run's own client: what it saw becomes a record every 10 s, and in a long run less and less
// often, so that the journal has a bound. It goes on beside the steps, which do not wait for it; at the end
// of the run it is heard once more.
#pragma once

#include <cstdint>

#include "rollout/event.hpp"

namespace nightlatch::rollout {

class ClientWatch {
 public:
  void start(Millis now, Outbox& out);
  // Whether the event was about the client.
  [[nodiscard]] bool take(const Event& event, Outbox& out);
  // Hears the client a last time, at once.
  void end(Outbox& out);
  // Whether the last record is durable.
  [[nodiscard]] bool ended() const { return state_ == State::ended; }

 private:
  enum class State { pausing, hearing, recording, ended };

  void pause(Millis now, Outbox& out);
  void hear(Outbox& out);
  void on_heard(const facts::ClientSight& sight, Millis now, Outbox& out);
  void go_on(Millis now, Outbox& out);
  bool on_recorded(std::uint64_t seq, Millis now, Outbox& out);
  bool on_answered(const Answered& answered, Millis now, Outbox& out);

  State state_ = State::pausing;
  Millis began_{0};
  Id open_ = 0;               // the question whose answer counts
  std::uint64_t record_ = 0;  // seq of the record that it waits for
  bool ends_ = false;
  bool heard_last_ = false;
};

}  // namespace nightlatch::rollout
