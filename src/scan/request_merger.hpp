// Makes requests out of events. kube-apiserver writes up to three events about a request (RequestReceived,
// ResponseStarted, ResponseComplete or Panic), and a policy may leave any of them out.
//
// Events are of one request when audit id, time of arrival, URI and last source IP are the same. Such a group
// holds as many requests as it has events of its most frequent stage, so that an audit id which a client
// sends twice is two requests. The outcome of each is that of its last stage. The order of the events does
// not matter.
//
// A ChunkMerger settles what lies within one stretch of a log, without a lock; what is left goes to the one
// PendingRequests of the scan. Both hold a bounded number of events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scan/event.hpp"
#include "scan/event_reader.hpp"
#include "scan/flat_table.hpp"

namespace nightlatch::scan {

// What a request is handed to, once. Each thread has its own.
class RequestSink {
 public:
  virtual ~RequestSink() = default;
  virtual void take(const Event& event, Caller caller) = 0;
};

// An event with its own copy of its texts; longer ones are cut.
class OwnedEvent {
 public:
  explicit OwnedEvent(const Event& event);
  [[nodiscard]] const Event& event() const { return event_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::unique_ptr<char[]> text_;
  std::size_t bytes_ = 0;
  Event event_;
};

// The same for every stage of one request.
[[nodiscard]] std::uint64_t key_of(const Event& event);

struct StageCounts {
  std::uint32_t received = 0;
  std::uint32_t started = 0;
  std::uint32_t ended = 0;

  // Requests that no event of the last stage tells of.
  [[nodiscard]] std::uint32_t open() const {
    std::uint32_t begun = received > started ? received : started;
    return begun > ended ? begun - ended : 0;
  }
};

class ChunkMerger {
 public:
  // Hands the request to `sink` if this event is its last. `line` is what the event was read from by
  // EventReader, and stays where it is until the chunk is settled; empty: the event cannot be read again, and
  // is copied.
  void add(const Event& event, Caller caller, std::string_view line, RequestSink& sink);

 private:
  friend class PendingRequests;
  struct Begun {
    StageCounts counts;
    std::string_view line;              // of the latest stage that was seen
    std::unique_ptr<OwnedEvent> event;  // where there is no line
    bool handed_on = false;
  };
  static constexpr std::size_t usual_requests = 1024;
  FlatTable<Begun> begun_{usual_requests};
  std::vector<std::uint64_t> ended_;  // whose beginning was not seen
};

class PendingRequests {
 public:
  // `window`: at least so many requests are remembered.
  explicit PendingRequests(std::size_t window = usual_window) : window_(window) {}

  // Takes over what `chunk` has seen and empties it. Requests that leave the window open are handed to
  // `sink`.
  void settle(ChunkMerger& chunk, RequestSink& sink);
  // Hands on what is still open. `sink` gets each with its last stage.
  void finish(RequestSink& sink);

  // Requests that left the window before their end was seen. Their end, when it came, was counted once more.
  [[nodiscard]] std::uint64_t given_up() const { return given_up_; }
  // Still open at the end: watches that go on, and requests whose end was not logged.
  [[nodiscard]] std::uint64_t unfinished() const { return unfinished_; }

 private:
  struct Generation {
    FlatTable<StageCounts> counts{1024};
    std::unordered_map<std::uint64_t, std::unique_ptr<OwnedEvent>> events;  // of what is or was open
    std::size_t bytes = 0;
  };

  void settle(std::uint64_t key, ChunkMerger::Begun& begun, RequestSink& sink);
  // Where the key is remembered; the young generation for a new one.
  Generation& generation_of(std::uint64_t key, RequestSink& sink);
  std::uint64_t hand_on(Generation& generation, RequestSink& sink);

  // Two generations: when the young one is full, the old one is handed on. So the window is between one and
  // two of them long.
  static constexpr std::size_t usual_window = 1U << 16U;
  static constexpr std::size_t bytes_of_a_generation = 8U << 20U;

  std::size_t window_;
  std::mutex mutex_;
  Generation young_;
  Generation old_;
  EventReader reader_;
  std::uint64_t given_up_ = 0;
  std::uint64_t unfinished_ = 0;
};

}  // namespace nightlatch::scan
