#include "rollout/question.hpp"

#include <algorithm>

#include "util/overloaded.hpp"

namespace nightlatch::rollout {

facts::Seen ApiServerAnswers::to(const facts::Expectation& question) const {
  auto found = std::find_if(seen.begin(), seen.end(),
                            [&](const facts::Seen& one) { return one.question == question; });
  if (found != seen.end()) return *found;
  facts::Seen none;
  none.question = question;
  none.why = "no answer";
  return none;
}

std::vector<facts::Seen> ApiServerAnswers::to(const std::vector<facts::Expectation>& questions) const {
  std::vector<facts::Seen> all;
  for (const facts::Expectation& question : questions) all.push_back(to(question));
  return all;
}

bool is_lost(const Answer& answer) {
  return std::visit(
      overloaded{[](const node::Reply& reply) { return reply.kind == node::ReplyKind::lost; },
                 [](const ObjectWritten& object) { return object.result == WriteResult::lost; },
                 // These answers say themselves what could not be read.
                 [](const ApiServerAnswers&) { return false; }, [](const BalancerAnswer&) { return false; },
                 [](const facts::ClusterSight&) { return false; }, [](const PauseEnded&) { return false; },
                 [](const Choice&) { return false; }, [](const Permission&) { return false; },
                 [](const HookEnded&) { return false; }, [](const facts::ClientSight&) { return false; }},
      answer);
}

}  // namespace nightlatch::rollout
