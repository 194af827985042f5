#include "rollout/write_object.hpp"

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "util/overloaded.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

constexpr Millis write_limit = 60s;

}  // namespace

std::map<std::string, std::string> WriteObject::told() const {
  return {{"object", change().object.text()},
          {"before", facts::describe_text(change().sha256_before)},
          {"after", facts::describe_text(change().sha256_after)}};
}

void WriteObject::start(Millis now, Outbox& out) {
  step_.wait_until(now + write_limit);
  step_.intend(told(), out);
}

void WriteObject::ask(Outbox& out) {
  step_.ask(PutObject{change()}, out);
}

void WriteObject::leave(const std::string& why, Outbox& out) {
  trouble_ = Trouble{.code = rollout_errors::object_left.number,
                     .why = fmt::format("{}: {}", change().object.text(), why),
                     .evidence = {}};
  step_.fail(*trouble_, told(), out);
}

void WriteObject::on_answer(const ObjectWritten& answer, Outbox& out) {
  switch (answer.result) {
    case WriteResult::written:
      written_ = true;
      return step_.succeed(told(), out);
    case WriteResult::refused:
      return leave(answer.why, out);
    case WriteResult::lost:
      may_be_written_ = true;
      return leave(answer.why + "; whether it was written is not known", out);
  }
}

void WriteObject::on(const Event& event, Outbox& out) {
  std::visit(overloaded{[](SingleStep::Nothing) {}, [&](SingleStep::Begin) { ask(out); },
                        [&](SingleStep::Resume) { ask(out); },
                        [&](const Answer& answer) { on_answer(answer_of<PutObject>(answer), out); },
                        [&](SingleStep::Leave) { leave("interrupted before it was written", out); },
                        [](SingleStep::Ended) {}},
             step_.on(event, out));
}

}  // namespace nightlatch::rollout
