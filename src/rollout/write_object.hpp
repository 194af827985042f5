// One write to an object of the cluster's API, where the plan's list has it. S20: the ConfigMap
// kubeadm-config follows the nodes, after the last of them, and in a rollback it goes first. A roll that
// stops midway leaves it unchanged, because kubeadm would write it to every node.
//
// Whether a run stops that could not write the object is said by the change; a run that goes on says at its
// end that the object was left.
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

// What its records are called; which object it is says their data, under the same key.
inline constexpr std::string_view object_step = "object";

class WriteObject {
 public:
  // `change` outlives the step.
  explicit WriteObject(const plan::ObjectChange& change) : change_(&change) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  [[nodiscard]] const plan::ObjectChange& change() const { return *change_; }
  // The object is known to say what was planned, whatever came of the record.
  [[nodiscard]] bool written() const { return written_; }

 private:
  void ask(Outbox& out);
  void on_answer(const ObjectWritten& answer, Outbox& out);
  void leave(const std::string& why, Outbox& out);
  [[nodiscard]] std::map<std::string, std::string> told() const;

  const plan::ObjectChange* change_;
  SingleStep step_{{}, object_step, WhenInterrupted::leave_before_asking};
  bool written_ = false;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
