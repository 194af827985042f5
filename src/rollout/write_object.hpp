// One write to an object of the cluster's API, at its place in the plan's list. The ConfigMap kubeadm-config
// is written after the last node, and first in a rollback. A roll that stops midway leaves it unchanged,
// because kubeadm would bring its content to every node (S20).
//
// ObjectChange::when_unwritable says whether a run stops when it cannot write the object. A run that goes on
// says at its end that the object was not changed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

// The name of the step in its records, and the key in their data whose value names the object.
inline constexpr std::string_view object_step = "object";

// It asks again for 60 s when no answer comes. Error: object_left. An interruption before the write ends the
// step with that error; a write that was asked for is waited for.
class WriteObject {
 public:
  // `change` outlives the step.
  explicit WriteObject(const plan::ObjectChange& change) : change_(&change) {}

  // The four functions of a step: rollout/single_step.hpp.
  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  [[nodiscard]] const plan::ObjectChange& change() const { return *change_; }
  // Whether the object is known to have the planned text, even if the record of that failed.
  [[nodiscard]] bool written() const { return written_; }
  // Whether a write went out whose answer never came.
  [[nodiscard]] bool may_be_written() const { return may_be_written_; }

 private:
  void ask(Outbox& out);
  void on_answer(const ObjectWritten& answer, Outbox& out);
  void leave(const std::string& why, Outbox& out);
  [[nodiscard]] std::map<std::string, std::string> told() const;

  const plan::ObjectChange* change_;
  SingleStep step_{{}, object_step, WhenInterrupted::leave_before_asking};
  bool written_ = false;
  bool may_be_written_ = false;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
