#include "scan/request_merger.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "scan/hash64.hpp"
#include "scan/json_cursor.hpp"

namespace nightlatch::scan {

namespace {

constexpr std::size_t longest_kept_text = 512;

void count(Stage stage, StageCounts& counts) {
  if (stage == Stage::request_received) ++counts.received;
  if (stage == Stage::response_started) ++counts.started;
  if (stage == Stage::response_complete || stage == Stage::panic) ++counts.ended;
}

// An event of an unknown stage tells of a request of its own.
bool is_last(Stage stage) {
  return stage != Stage::request_received && stage != Stage::response_started;
}

void add(const StageCounts& more, StageCounts& counts) {
  counts.received += more.received;
  counts.started += more.started;
  counts.ended += more.ended;
}

// Whether `later` tells more of the request than `earlier`.
bool tells_more(const Event& later, const Event& earlier) {
  return later.stage == Stage::response_started && earlier.stage == Stage::request_received;
}

}  // namespace

OwnedEvent::OwnedEvent(const Event& event) : event_(event) {
  std::array texts{
      &event_.audit_id, &event_.uri,        &event_.verb,    &event_.username, &event_.impersonated_username,
      &event_.last_ip,  &event_.user_agent, &event_.message, &event_.reason};
  for (std::string_view* text : texts) {
    *text = text->substr(0, longest_kept_text);
    bytes_ += text->size();
  }
  text_ = std::make_unique<char[]>(bytes_ + 1);
  char* at = text_.get();
  for (std::string_view* text : texts) {
    if (!text->empty()) std::memcpy(at, text->data(), text->size());
    *text = std::string_view(at, text->size());
    at += text->size();
  }
  bytes_ += sizeof *this;
}

std::uint64_t key_of(const Event& event) {
  return Hash64()
      .add(event.audit_id)
      .add(static_cast<std::uint64_t>(event.received_us))
      .add(event.uri)
      .add(event.last_ip)
      .value();
}

void ChunkMerger::add(const Event& event, Caller caller, std::string_view line, RequestSink& sink) {
  std::uint64_t key = key_of(event);
  if (is_last(event.stage)) {
    Begun* begun = begun_.find(key);
    if (begun == nullptr) {
      sink.take(event, caller);
      if (event.stage != Stage::unknown) ended_.push_back(key);
      return;
    }
    bool counted = begun->handed_on && begun->counts.open() > 0;
    count(event.stage, begun->counts);
    if (!counted) sink.take(event, caller);
    return;
  }
  Begun& begun = begun_[key];
  bool first = begun.counts.received + begun.counts.started == 0;
  count(event.stage, begun.counts);
  // A rejected request (401) is one ResponseStarted: it is handed on at once, and an end that follows against
  // expectation is not counted again.
  if (caller == Caller::rejected && event.stage == Stage::response_started) {
    begun.handed_on = true;
    sink.take(event, caller);
  } else if (first || event.stage == Stage::response_started) {
    begun.line = line;
    begun.event = line.empty() ? std::make_unique<OwnedEvent>(event) : nullptr;
  }
}

void PendingRequests::settle(ChunkMerger& chunk, RequestSink& sink) {
  std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < chunk.begun_.size(); ++i) {
    old_.counts.prefetch(chunk.begun_.key(i));
    young_.counts.prefetch(chunk.begun_.key(i));
  }
  chunk.begun_.for_each([&](std::uint64_t key, ChunkMerger::Begun& begun) {
    if (!begun.handed_on) settle(key, begun, sink);
  });
  for (std::uint64_t key : chunk.ended_) ++generation_of(key, sink).counts[key].ended;
  chunk.begun_.clear();
  chunk.ended_.clear();
}

void PendingRequests::settle(std::uint64_t key, ChunkMerger::Begun& begun, RequestSink& sink) {
  Generation& generation = generation_of(key, sink);
  StageCounts& counts = generation.counts[key];
  add(begun.counts, counts);
  // What is settled within its chunk needs no event: a further stage brings its own.
  if (begun.counts.open() == 0) return;
  if (!begun.event) {
    Event event;
    if (reader_.read(begun.line, event) != LineKind::event) return;
    begun.event = std::make_unique<OwnedEvent>(event);
  }
  std::unique_ptr<OwnedEvent>& kept = generation.events[key];
  if (kept && !tells_more(begun.event->event(), kept->event())) return;
  generation.bytes += begun.event->bytes();
  kept = std::move(begun.event);
}

PendingRequests::Generation& PendingRequests::generation_of(std::uint64_t key, RequestSink& sink) {
  if (old_.counts.find(key) != nullptr) return old_;
  if (young_.counts.find(key) != nullptr) return young_;
  if (young_.counts.size() >= window_ || young_.bytes >= bytes_of_a_generation) {
    given_up_ += hand_on(old_, sink);
    std::swap(old_, young_);
  }
  return young_;
}

std::uint64_t PendingRequests::hand_on(Generation& generation, RequestSink& sink) {
  std::uint64_t handed = 0;
  for (const auto& [key, event] : generation.events) {
    const StageCounts* counts = generation.counts.find(key);
    for (std::uint32_t i = 0; counts != nullptr && i < counts->open(); ++i, ++handed)
      sink.take(event->event(), caller_of(event->event()));
  }
  generation.counts.clear();
  generation.events.clear();
  generation.bytes = 0;
  return handed;
}

void PendingRequests::resume(const OpenRequest& open, RequestSink& sink) {
  std::lock_guard lock(mutex_);
  std::string line = open.line + std::string(cursor_padding, '\0');
  Event event;
  if (reader_.read(std::string_view(line).substr(0, open.line.size()), event) != LineKind::event) return;
  Generation& generation = generation_of(open.key, sink);
  StageCounts& counts = generation.counts[open.key];
  (event.stage == Stage::response_started ? counts.started : counts.received) += open.requests;
  auto kept = std::make_unique<OwnedEvent>(event);
  generation.bytes += kept->bytes();
  generation.events[open.key] = std::move(kept);
}

void PendingRequests::keep(Generation& generation, std::int64_t from_us, std::vector<OpenRequest>& kept) {
  for (auto one = generation.events.begin(); one != generation.events.end();) {
    const StageCounts* counts = generation.counts.find(one->first);
    bool is_open = counts != nullptr && counts->open() > 0;
    const Event& event = one->second->event();
    if (!is_open || time_of(event) < from_us) {
      ++one;
      continue;
    }
    kept.push_back({one->first, counts->open(), line_of(event)});
    one = generation.events.erase(one);
  }
}

std::vector<OpenRequest> PendingRequests::finish(RequestSink& sink, std::int64_t kept_from_us) {
  std::lock_guard lock(mutex_);
  std::vector<OpenRequest> kept;
  keep(old_, kept_from_us, kept);
  keep(young_, kept_from_us, kept);
  unfinished_ += hand_on(old_, sink);
  unfinished_ += hand_on(young_, sink);
  return kept;
}

}  // namespace nightlatch::scan
