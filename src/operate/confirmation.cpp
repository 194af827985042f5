#include "operate/confirmation.hpp"

#include <fmt/format.h>

#include "operate/errors.hpp"
#include "rollout/gates.hpp"

namespace nightlatch::operate {

namespace {

using node::Step;

class Confirmation {
 public:
  Confirmation(const plan::Plan& plan, const plan::NodePlan& node, const std::string& run,
               const NodeAccess& ways)
      : plan_(plan), node_(node), run_(run), ways_(ways) {}

  Status carry_out(const Pause& pause) {
    NL_ASSIGN(node::Reply now, call(node::Verb::state));
    epoch_ = now.state.epoch + 1;
    if (now.state.run != run_) return refuse("is at work in run " + now.state.run);
    if (now.state.step == Step::armed) return refuse("has its old manifest still: nothing to confirm");
    NL_TRY(call(node::Verb::renew));
    NL_TRY(hold_gates(pause));
    for (Step to : {Step::restarted, Step::gated, Step::soaked}) {
      if (now.state.step < to) NL_TRY(call(node::Verb::mark, to));
    }
    NL_TRY(call(node::Verb::confirm));
    return {};
  }

 private:
  [[nodiscard]] Status refuse(const std::string& why) const {
    return fail(operate_errors::confirm_refused, fmt::format("{} {}", node_.name, why));
  }

  Result<node::Reply> call(node::Verb verb, Step to = Step::idle) {
    node::Request request;
    request.verb = verb;
    request.run = run_;
    request.epoch = epoch_;
    request.manifest_path = node_.manifest_path;
    if (const plan::ManifestChange* change = plan_.change_of(node_)) {
      request.before_sha256 = change->backup_sha256();
      request.after_sha256 = change->staged_sha256();
    }
    request.lease = plan_.playbook.rollback.lease;
    request.to = to;
    node::Reply reply = ways_.port->call(request);
    if (reply.kind == node::ReplyKind::ok) return reply;
    bool late = reply.state.step == Step::restoring || reply.state.step == Step::restored;
    return fail(late ? operate_errors::restored_before : operate_errors::confirm_refused,
                fmt::format("{}: {}", node_.name, reply.why));
  }

  Status hold_gates(const Pause& pause) {
    for (int round = 0; round < plan_.playbook.gates.consecutive; ++round) {
      if (round > 0) pause(plan_.playbook.gates.interval);
      rollout::Round judged = rollout::judge_round(ways_.ask(node_.gates));
      if (judged.result != rollout::RoundResult::pass)
        return fail(operate_errors::gates_do_not_hold, fmt::format("{}: {}", node_.name, judged.why));
    }
    return {};
  }

  const plan::Plan& plan_;
  const plan::NodePlan& node_;
  const std::string& run_;
  const NodeAccess& ways_;
  std::uint64_t epoch_ = 0;  // newer than the run's: if it still lives, it is shut out
};

}  // namespace

Status confirm_node(const plan::Plan& plan, const plan::NodePlan& node, const std::string& run,
                    const NodeAccess& ways, const Pause& pause) {
  return Confirmation(plan, node, run, ways).carry_out(pause);
}

Error nothing_waits(const std::string& run, const std::vector<facts::NodeFacts>& nodes,
                    const std::vector<std::string>& unread) {
  Error error{operate_errors::nothing_to_confirm,
              fmt::format("no node waits for a confirmation of run {}", run),
              {},
              {},
              {},
              {}};
  for (const facts::NodeFacts& node : nodes) {
    std::string text = "untouched by this run";
    for (const facts::NodeRun& one : node.runs) {
      if (one.run != run) continue;
      text = fmt::format("{} since {}", one.step, one.time);
      if (one.step != "restored" && one.step != "restoring") continue;
      error.code = operate_errors::restored_before;
      error.message = fmt::format("{}: already restored at {}", node.name, one.time);
    }
    error.details.push_back(fmt::format("{}  {}", node.name, text));
  }
  for (const std::string& name : unread) error.details.push_back(name + "  not read");
  return error;
}

}  // namespace nightlatch::operate
