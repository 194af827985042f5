#include "operate/known_plan.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "operate/errors.hpp"
#include "operate/run_store.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

Result<KnownPlan> known(Result<report::PastRun> run) {
  if (!run) return fail(std::move(run).error());
  if (!run->plan) return fail(*run->broken);
  return KnownPlan{run->run, *std::move(run->plan)};
}

// A node has a copy of the plan of the last run there. `run` empty: any run that is no rollback and no
// rehearsal.
Result<KnownPlan> from_nodes(const std::string& run, const cluster::Session& session, Error not_here) {
  for (const cluster::Member& member : session.members) {
    if (!member.facts || member.facts->plan.empty()) continue;
    if (!run.empty() && member.facts->plan_run != run) continue;
    std::string file = fmt::format("{}: plan.json of run {}", member.node.name, member.facts->plan_run);
    NL_ASSIGN(plan::Plan plan, plan::from_json(member.facts->plan, file));
    if (run.empty() && (plan.direction == plan::Direction::rollback || plan.rehearsal)) continue;
    NL_TRY(check_copies(session, member.facts->plan_run));
    return KnownPlan{member.facts->plan_run, std::move(plan)};
  }
  return fail(std::move(not_here));
}

}  // namespace

Status check_copies(const cluster::Session& session, const std::string& run) {
  std::map<std::string, std::vector<std::string>> holders;  // by the hash of the copy
  for (const cluster::Member& member : session.members) {
    if (member.facts && member.facts->plan_run == run && !member.facts->plan.empty())
      holders[sha256_hex(member.facts->plan)].push_back(member.node.name);
  }
  if (holders.size() <= 1) return {};
  std::vector<std::string> sides;
  Error error{operate_errors::copies_differ, {}, {}, {}, {}, {}};
  for (const auto& [hash, nodes] : holders) {
    sides.push_back(join(nodes, " and "));
    error.details.push_back(fmt::format("sha256:{}  {}", short_hash(hash), join(nodes, ", ")));
  }
  error.message =
      fmt::format("run {}: the copy of the plan on {} is not the one on {}", run, sides.front(),
                  join(std::vector<std::string>(sides.begin() + 1, sides.end()), ", nor the one on "));
  return fail(std::move(error));
}

std::string newest_run(const cluster::Session& session) {
  std::string newest;
  for (const cluster::Member& member : session.members) {
    if (member.facts && !member.facts->runs.empty())
      newest = std::max(newest, member.facts->runs.front().run);
  }
  return newest;
}

Result<KnownPlan> plan_of_run(const std::string& run, const cluster::Session& session) {
  auto found = known(find_run(session.cluster.name, run));
  return found ? found : from_nodes(run, session, std::move(found).error());
}

Outcome<report::RunReport> nothing_there(const cluster::Session& session, plan::Direction direction,
                                         std::string sentence, Error why_not) {
  std::vector<Error> unread;
  for (const cluster::Member& member : session.members) {
    if (member.error) unread.push_back(*member.error);
  }
  if (!unread.empty()) return failed_planning(std::move(unread));
  for (const report::PastRun& run : past_runs(session.cluster.name)) {
    if (run.broken) why_not.details.push_back(fmt::format("run {}: {}", run.run, run.broken->message));
  }
  if (!why_not.details.empty()) return failed(std::move(why_not));
  report::RunReport report;
  report.plan.direction = direction;
  report.plan.cluster = session.cluster.name;
  report.nothing = std::move(sentence);
  return report;
}

Result<KnownPlan> plan_to_undo(const cluster::Session& session) {
  auto found = known(last_run_to_undo(session.cluster.name));
  if (!found) found = from_nodes({}, session, std::move(found).error());
  if (!found || found->plan.of_run.empty()) return found;
  // This run went on with another one, whose plan covers the changes of both.
  auto whole = plan_of_run(found->plan.of_run, session);
  return whole ? whole : found;
}

}  // namespace nightlatch::operate
