#include "operate/permit.hpp"

#include <utility>

#include "operate/errors.hpp"

namespace nightlatch::operate {

namespace {

cluster::LockRequest lock_request(Ports& ports, const RunChoices& choices) {
  cluster::LockRequest request;
  request.holder = cluster::who_am_i();
  request.of_run = choices.of_run;
  request.take_over = choices.take_over;
  request.when_held = choices.when_held;
  request.say = [&ports](const std::string& text) { ports.person.say(text); };
  request.pause = [&ports](std::chrono::seconds time) { ports.person.pause(time); };
  return request;
}

Status check_prompting(const Operator& person, rollout::Prompting prompting) {
  if (prompting == rollout::Prompting::assume_yes || person.can_be_asked()) return {};
  return fail(operate_errors::nobody_to_ask,
              "nightlatch asks before it changes each node, and there is no terminal to ask on");
}

Status check_lock(Ports& ports, const cluster::Selection& selection, const RunChoices& choices) {
  auto api = cluster::api_of(ports.connections, selection);
  if (!api) return {};  // the code that reads the cluster reports it
  return cluster::ClusterLock::look(**api, lock_request(ports, choices));
}

}  // namespace

Status permit(Ports& ports, const cluster::Selection& selection, const RunChoices& choices) {
  if (choices.dry_run == report::DryRun::yes) return {};
  NL_TRY(check_prompting(ports.person, choices.prompting));
  return check_lock(ports, selection, choices);
}

Result<std::unique_ptr<cluster::ClusterLock>> take_lock(Ports& ports, const cluster::Session& session,
                                                        const plan::Plan& plan, const std::string& id,
                                                        const RunChoices& choices) {
  cluster::LockRequest request = lock_request(ports, choices);
  request.run = id;
  bool confirms = plan.has(plan::ManifestChange::Kind::finish_confirm);
  if (confirms || plan.direction == plan::Direction::rollback)
    request.without_api = cluster::WithoutApi::go_on;
  if (confirms) request.predecessor = cluster::Predecessor::shut_out_by_its_node;
  return cluster::ClusterLock::take(session.cluster_api(id), request);
}

}  // namespace nightlatch::operate
