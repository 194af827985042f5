// The config file onto every node that will need it, before any manifest names it (S20).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "plan/planner.hpp"
#include "rollout/event.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

class PlaceConfig {
 public:
  PlaceConfig(const plan::Plan& plan, const std::map<std::string, plan::NodeBytes>& bytes)
      : plan_(&plan), bytes_(&bytes) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  [[nodiscard]] bool stopped_by_person() const { return interrupted_; }

 private:
  void next(Millis now, Outbox& out);
  void call(Outbox& out);
  void on_reply(const node::Reply& reply, Millis now, Outbox& out);
  void record(rollout::Phase phase, Outbox& out);

  const plan::Plan* plan_;
  const std::map<std::string, plan::NodeBytes>* bytes_;
  std::size_t node_ = 0;  // the one being served
  std::uint64_t record_ = 0;
  bool intending_ = false;
  Id pending_ = 0;
  Millis deadline_{0};
  bool interrupted_ = false;
  bool finished_ = false;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
