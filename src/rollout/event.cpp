#include "rollout/event.hpp"

#include <utility>

namespace nightlatch::rollout {

std::uint64_t Outbox::append(Record record) {
  record.run = run_;
  record.seq = ++seq_;
  commands_.emplace_back(Append{std::move(record)});
  return seq_;
}

Id Outbox::ask(Question question) {
  if (auto* call = std::get_if<CallNode>(&question); call != nullptr && call->request.run.empty())
    call->request.run = run_;
  commands_.emplace_back(Ask{next_id_, std::move(question)});
  return next_id_++;
}

}  // namespace nightlatch::rollout
