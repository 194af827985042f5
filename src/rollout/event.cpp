#include "rollout/event.hpp"

#include <utility>

namespace nightlatch::rollout {

void Outbox::append(Record record) {
  record.run = run_;
  record.seq = ++seq_;
  commands_.emplace_back(Append{std::move(record)});
}

Id Outbox::call(std::size_t node, node::Request request) {
  request.run = request.run.empty() ? run_ : request.run;
  commands_.emplace_back(CallNode{next_id_, node, std::move(request)});
  return next_id_++;
}

Id Outbox::ask(std::size_t node, std::vector<facts::Expectation> questions) {
  commands_.emplace_back(AskGates{next_id_, node, std::move(questions)});
  return next_id_++;
}

Id Outbox::ask_balancer(facts::Expectation question) {
  commands_.emplace_back(AskBalancer{next_id_, std::move(question)});
  return next_id_++;
}

Id Outbox::persist(plan::ObjectChange change) {
  commands_.emplace_back(PersistConfig{next_id_, std::move(change)});
  return next_id_++;
}

Id Outbox::ask_cluster() {
  commands_.emplace_back(AskCluster{next_id_});
  return next_id_++;
}

Id Outbox::timer(Millis delay) {
  commands_.emplace_back(SetTimer{next_id_, delay});
  return next_id_++;
}

}  // namespace nightlatch::rollout
