// nightlatch confirm RUN: from any workstation, for a run that cannot do it itself any more. What a run asks
// before it confirms is asked here, too.
#include "report/confirm.hpp"

#include <memory>
#include <thread>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/session.hpp"
#include "plan/plan.hpp"
#include "rollout/gates.hpp"

namespace nightlatch::cli {

namespace {

using node::Step;

Error error_of(const ErrorCode& code, std::string message, std::vector<std::string> details = {}) {
  return Error{code, std::move(message), std::move(details), {}, {}, {}};
}

// Why no node of the run can be confirmed.
Error nothing_waits(const Session& session, const std::string& run) {
  std::vector<std::string> details;
  const Member* restored = nullptr;
  std::string when;
  for (const Member& member : session.members) {
    std::string text = member.facts ? "untouched by this run" : "not read";
    if (member.facts) {
      for (const facts::NodeRun& one : member.facts->runs) {
        if (one.run != run) continue;
        text = fmt::format("{} since {}", one.step, one.time);
        if (one.step != "restored" && one.step != "restoring") continue;
        restored = &member;
        when = one.time;
      }
    }
    details.push_back(fmt::format("{}  {}", member.node.name, text));
  }
  if (restored != nullptr) {
    return error_of(cli_errors::restored_before,
                    fmt::format("{}: already restored at {}", restored->node.name, when), std::move(details));
  }
  return error_of(cli_errors::nothing_to_confirm,
                  fmt::format("no node waits for a confirmation of run {}", run), std::move(details));
}

class Confirmation {
 public:
  Confirmation(const Session& session, const Member& member, std::string run)
      : session_(session), member_(member), run_(std::move(run)) {}

  Status carry_out() {
    NL_ASSIGN(plan_, plan::from_json(member_.facts->plan, fmt::format("{}: plan.json", name())));
    for (const plan::NodePlan& node : plan_.nodes) {
      if (node.name == name()) node_ = &node;
    }
    if (node_ == nullptr) return refused("is not part of the plan that lies on it");
    NL_ASSIGN(node::Reply now, call(node::Verb::state));
    epoch_ = now.state.epoch + 1;  // takes over: the run that began it, if it lives, is shut out
    if (now.state.step == Step::armed)
      return refused("has its old manifest still: there is nothing to confirm");
    NL_TRY(call(node::Verb::renew));
    NL_TRY(hold_gates());
    for (Step to : {Step::restarted, Step::gated, Step::soaked}) {
      if (now.state.step < to) NL_TRY(call(node::Verb::mark, to));
    }
    NL_TRY(call(node::Verb::confirm));
    return {};
  }

 private:
  [[nodiscard]] const std::string& name() const { return member_.node.name; }
  tl::unexpected<Error> refused(const std::string& why) const {
    return fail(error_of(cli_errors::confirm_refused, fmt::format("{} {}", name(), why)));
  }

  Result<node::Reply> call(node::Verb verb, Step to = Step::idle) {
    node::Request request;
    request.verb = verb;
    request.run = run_;
    request.epoch = epoch_;
    request.manifest_path = node_->manifest_path;
    request.before_sha256 = node_->sha256_before;
    request.after_sha256 = node_->sha256_after;
    request.lease = plan_.playbook.rollback.lease;
    request.to = to;
    node::Reply reply = member_.remote->call(request);
    if (reply.kind == node::ReplyKind::ok) return reply;
    bool late = reply.state.step == Step::restoring || reply.state.step == Step::restored;
    const ErrorCode& code = late ? cli_errors::restored_before : cli_errors::confirm_refused;
    return fail(error_of(code, fmt::format("{}: {}", name(), reply.why)));
  }

  Status hold_gates() {
    auto asker = ask_node(session_, member_, {node_->api_host, node_->api_port}, run_);
    for (int round = 0; round < plan_.playbook.gates.consecutive; ++round) {
      if (round > 0) std::this_thread::sleep_for(plan_.playbook.gates.interval);
      std::vector<facts::Seen> seen;
      for (const facts::Expectation& question : node_->gates) seen.push_back(asker->ask(question));
      rollout::Round judged = rollout::judge_round(seen);
      if (judged.result != rollout::RoundResult::pass)
        return fail(error_of(cli_errors::gates_do_not_hold, fmt::format("{}: {}", name(), judged.why)));
    }
    return {};
  }

  const Session& session_;
  const Member& member_;
  std::string run_;
  plan::Plan plan_;
  const plan::NodePlan* node_ = nullptr;
  std::uint64_t epoch_ = 0;
};

Exit confirm(const std::string& run, Console& console) {
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_planning({session.error()}));
  report::ConfirmReport report{session->header(), run, {}};
  std::vector<Error> errors;
  for (const Member& member : session->members) {
    if (!member.facts || !member.facts->guard || member.facts->guard->run != run) continue;
    if (Status done = Confirmation(*session, member, run).carry_out(); done) {
      report.confirmed.push_back(member.node.name);
    } else {
      errors.push_back(std::move(done).error());
    }
  }
  if (report.confirmed.empty() && errors.empty()) errors.push_back(nothing_waits(*session, run));
  if (!errors.empty()) return console.fail(errors, errors.front().code.exit);
  if (console.json()) {
    console.out.write(report::confirm_json(report, console.out.shared_options()));
  } else {
    report::write_text(report, console.out);
  }
  return Exit::done;
}

}  // namespace

void add_confirm(Verb& root) {
  auto run = std::make_shared<std::string>();
  root.command("confirm", "keep a change whose run cannot confirm it")
      .argument("RUN", *run, "which: nightlatch status names it")
      .run([run](Console& console) { return confirm(*run, console); });
}

}  // namespace nightlatch::cli
