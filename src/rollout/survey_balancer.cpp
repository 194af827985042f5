#include "rollout/survey_balancer.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis survey_pause = 1s;  // before a node or a load balancer that did not answer is asked again
constexpr Millis survey_patience = 15s;  // for those that do not answer

}  // namespace

void SurveyBalancer::start(Millis now, Outbox& out) {
  began_ = now;
  step_.intend({}, out);
}

// First every node, then through the load balancer.
void SurveyBalancer::ask(Outbox& out) {
  if (sight_.certificates.size() < plan_->nodes.size()) {
    const std::string& next = plan_->nodes[sight_.certificates.size()].name;
    step_.ask(AskApiServer{next, {plan::balancer_question()}}, out);
  } else {
    step_.ask(AskBalancer{plan::balancer_question()}, out);
  }
}

void SurveyBalancer::on_answer(const Answer& answer, Millis now, Outbox& out) {
  bool may_be_asked_again = now - began_ < survey_patience;
  if (sight_.certificates.size() < plan_->nodes.size()) {
    facts::Seen own = answer_of<AskApiServer>(answer).to(plan::balancer_question());
    if (own.status == 0 && may_be_asked_again) return step_.pause(survey_pause, out);
    sight_.certificates[plan_->nodes[sight_.certificates.size()].name] = own.certificate;
    return ask(out);
  }
  sight_.note_connection(answer_of<AskBalancer>(answer).seen);
  bool is_silent = sight_.answers.empty();
  if (is_silent && may_be_asked_again) return step_.pause(survey_pause, out);
  if (!is_silent && !plan::is_enough(sight_)) return ask(out);
  judge(out);
}

void SurveyBalancer::judge(Outbox& out) {
  found_.view = plan::view_of(sight_);
  found_.certificates = sight_.certificates;
  bool applies = plan_->direction == plan::Direction::apply;
  bool is_silent = found_.view.kind == plan::BalancerKind::silent;
  if (is_silent && applies && !plan::may_explain_silence(*plan_)) {
    return stop(rollout_errors::balancer_silent,
                "no connection through the load balancer was answered: " + sight_.failure, out);
  }
  bool unstated = found_.facts.check == plan::HealthCheck::unstated;
  if (applies && !is_silent && unstated && plan::closes_paths(*plan_)) {
    if (auto why = plan::why_a_drop_would_not_show(found_.view))
      return stop(rollout_errors::balancer_unstated, *std::move(why), out);
  }
  conclude(note(), out);
}

std::string SurveyBalancer::note() const {
  std::vector<std::string> unseen;
  switch (found_.view.kind) {
    case plan::BalancerKind::silent:
      return fmt::format(
          "no connection through the load balancer was answered ({}). The run does not wait for it",
          sight_.failure);
    case plan::BalancerKind::hides:
      return fmt::format(
          "the load balancer does not show which node answered. After each node, the run waits {} for it",
          human_duration(found_.facts.settle));
    case plan::BalancerKind::one_node:
      return fmt::format(
          "every connection through the load balancer reached {}. After each node, the run waits {} for it",
          *found_.view.seen.begin(), human_duration(found_.facts.settle));
    case plan::BalancerKind::shows:
      break;
  }
  for (const plan::NodePlan& node : plan_->nodes)
    if (!found_.view.seen.contains(node.name)) unseen.push_back(node.name);
  if (unseen.empty()) return {};
  return fmt::format(
      "{} was not seen through the load balancer before the roll. The run does not wait for {}",
      join(unseen, " and "), unseen.size() == 1 ? "it" : "them");
}

void SurveyBalancer::stop(const ErrorCode& code, std::string why, Outbox& out) {
  trouble_ = Trouble{code.number, std::move(why), {}};
  step_.fail(*trouble_, {}, out);
}

void SurveyBalancer::conclude(const std::string& note, Outbox& out) {
  std::vector<std::string> seen(found_.view.seen.begin(), found_.view.seen.end());
  std::map<std::string, std::string> data{{"kind", std::string(plan::name(found_.view.kind))},
                                          {"seen", join(seen, " ")}};
  if (!note.empty()) data["note"] = note;
  step_.succeed(std::move(data), out);
}

void SurveyBalancer::on(const Event& event, Outbox& out) {
  std::visit(overloaded{[](SingleStep::Nothing) {}, [&](SingleStep::Begin) { ask(out); },
                        [&](SingleStep::Resume) { ask(out); },
                        [&](const Answer& answer) { on_answer(answer, event.now, out); },
                        // No node will be begun.
                        [&](SingleStep::Leave) { conclude({}, out); }, [](SingleStep::Ended) {}},
             step_.on(event, out));
}

}  // namespace nightlatch::rollout
