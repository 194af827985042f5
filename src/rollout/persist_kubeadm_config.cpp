#include "rollout/persist_kubeadm_config.hpp"

#include <utility>

#include "rollout/errors.hpp"
#include "util/hash.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis limit = 60s;
constexpr Millis retry_pause = 2s;

}  // namespace

void PersistKubeadmConfig::start(Millis now, Outbox& out) {
  deadline_ = now + limit;
  intending_ = true;
  record(rollout::Phase::intend, out);
}

void PersistKubeadmConfig::record(rollout::Phase phase, Outbox& out) {
  Record record{0, {}, {}, {}, "kubeadm-config", phase, {}};
  record.data["before"] = short_hash(change_->sha256_before);
  record.data["after"] = short_hash(change_->sha256_after);
  if (trouble_) record.data.merge(error_data(trouble_->code, trouble_->why));
  out.append(std::move(record));
  record_ = out.last_seq();
}

void PersistKubeadmConfig::conclude(std::optional<Trouble> trouble, Outbox& out) {
  trouble_ = std::move(trouble);
  intending_ = false;
  record(trouble_ ? rollout::Phase::failed : rollout::Phase::done, out);
}

void PersistKubeadmConfig::on(const Event& event, Outbox& out) {
  if (std::holds_alternative<Interrupted>(event.what)) interrupted_ = true;
  if (const auto* recorded = std::get_if<Recorded>(&event.what);
      recorded != nullptr && recorded->seq == record_) {
    if (!intending_) {
      finished_ = true;
    } else if (interrupted_) {
      conclude(Trouble{rollout_errors::kubeadm_config_left.number, "interrupted before it was written", {}},
               out);
    } else {
      pending_ = out.persist(*change_);
    }
    return;
  }
  if (const auto* persisted = std::get_if<KubeadmConfigPersisted>(&event.what);
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
    return conclude(Trouble{rollout_errors::kubeadm_config_left.number,
                            lost ? persisted->why + "; whether it was written is not known" : persisted->why,
                            {}},
                    out);
  }
  if (const auto* fired = std::get_if<TimerFired>(&event.what); fired != nullptr && fired->id == pending_)
    pending_ = out.persist(*change_);
}

}  // namespace nightlatch::rollout
