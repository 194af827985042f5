#include "rollout/persist_object.hpp"

#include <utility>

#include <fmt/format.h>

#include "rollout/errors.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis limit = 60s;
constexpr Millis retry_pause = 2s;

}  // namespace

void PersistObject::start(Millis now, Outbox& out) {
  deadline_ = now + limit;
  intending_ = true;
  record(rollout::Phase::intend, out);
}

void PersistObject::record(rollout::Phase phase, Outbox& out) {
  Record record{0, {}, {}, {}, std::string(object_step), phase, {}};
  record.data["object"] = change_->object.text();
  record.data["before"] = facts::describe_text(change_->sha256_before);
  record.data["after"] = facts::describe_text(change_->sha256_after);
  if (trouble_) record.data.merge(error_data(trouble_->code, trouble_->why));
  out.append(std::move(record));
  record_ = out.last_seq();
}

Trouble PersistObject::left(const std::string& why) const {
  return {.code = rollout_errors::object_left.number,
          .why = fmt::format("{}: {}", change_->object.text(), why),
          .evidence = {}};
}

void PersistObject::conclude(std::optional<Trouble> trouble, Outbox& out) {
  trouble_ = std::move(trouble);
  intending_ = false;
  record(trouble_ ? rollout::Phase::failed : rollout::Phase::done, out);
}

void PersistObject::on(const Event& event, Outbox& out) {
  if (std::holds_alternative<Interrupted>(event.what)) interrupted_ = true;
  if (const auto* recorded = std::get_if<Recorded>(&event.what);
      recorded != nullptr && recorded->seq == record_) {
    if (!intending_) {
      finished_ = true;
    } else if (interrupted_) {
      conclude(left("interrupted before it was written"), out);
    } else {
      pending_ = out.persist(*change_);
    }
    return;
  }
  if (const auto* persisted = std::get_if<ObjectPersisted>(&event.what);
      persisted != nullptr && persisted->id == pending_) {
    pending_ = 0;  // taken: the same answer once more is nobody's
    // A lost answer says nothing, and the same request finds its own bytes there.
    if (persisted->result == PersistResult::lost && event.now < deadline_) {
      pending_ = out.timer(retry_pause);
      return;
    }
    written_ = persisted->result == PersistResult::written;
    if (written_) return conclude({}, out);
    bool lost = persisted->result == PersistResult::lost;
    return conclude(left(lost ? persisted->why + "; whether it was written is not known" : persisted->why),
                    out);
  }
  if (const auto* fired = std::get_if<TimerFired>(&event.what); fired != nullptr && fired->id == pending_)
    pending_ = out.persist(*change_);
}

}  // namespace nightlatch::rollout
