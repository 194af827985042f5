#include "operate/known_plan.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operate/errors.hpp"
#include "operate/run_store.hpp"
#include "plan/resume.hpp"
#include "plan/trace.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

// The plan of the last run on a node, as it lies there.
struct Copy {
  std::string run;
  Result<plan::Plan> plan;
  bool is_derived = false;  // from the plan that undoes the run, which holds all that is needed for that
};

std::vector<Copy> copies_on_nodes(const cluster::Session& session) {
  std::vector<Copy> copies;
  for (const cluster::Member& member : session.members) {
    if (!member.facts || member.facts->plan.empty()) continue;
    const std::string& run = member.facts->plan_run;
    std::string file = fmt::format("{}: plan.json of run {}", member.node.name, run);
    auto plan = plan::from_json(member.facts->plan, file);
    if (plan && plan->relation == plan::Relation::undoes)
      copies.push_back({plan->of_run, plan::undone_by(*plan), true});
    copies.push_back({run, std::move(plan), false});
  }
  return copies;
}

Result<KnownPlan> from_nodes(const std::string& run, const cluster::Session& session, Error not_here) {
  std::vector<Copy> copies = copies_on_nodes(session);
  std::stable_partition(copies.begin(), copies.end(), [](const Copy& one) { return !one.is_derived; });
  for (Copy& copy : copies) {
    if (copy.run != run) continue;
    NL_TRY(check_copies(session, run));
    if (!copy.plan) return fail(std::move(copy.plan).error());
    return KnownPlan{run, *std::move(copy.plan)};
  }
  return fail(std::move(not_here));
}

bool leads_forward(const plan::Plan& plan) {
  return plan.direction == plan::Direction::apply && !plan.rehearsal;
}

// The newest run of which something is left, by the copies on the nodes. `undone`: by the journals here.
Result<KnownPlan> left_on_nodes(const cluster::Session& session, const std::set<std::string>& undone,
                                Error nothing) {
  std::optional<KnownPlan> newest;
  for (Copy& copy : copies_on_nodes(session)) {
    if (!copy.plan) return fail(std::move(copy.plan).error());
    if (!leads_forward(*copy.plan)) continue;
    plan::Trace trace = plan::trace_of(*copy.plan, copy.run, session.facts());
    bool counts_untold = !copy.is_derived && !undone.contains(copy.run);
    bool is_left = trace == plan::Trace::there || (trace == plan::Trace::untold && counts_untold);
    if (is_left && (!newest || newest->run < copy.run)) newest = KnownPlan{copy.run, *std::move(copy.plan)};
  }
  if (!newest) return fail(std::move(nothing));
  NL_TRY(check_copies(session, newest->run));
  return *std::move(newest);
}

// The first run of a chain: a run that went on with another, or confirmed it, or made its change again after
// a rollback, is about the same change, and the first plan covers all of it.
KnownPlan first_of_chain(KnownPlan known, const cluster::Session& session) {
  std::set<std::string> seen;
  while (seen.insert(known.run).second) {
    std::string about = known.plan.of_run;
    if (known.plan.redoes()) {
      auto rollback = plan_of_run(about, session);
      about = rollback ? rollback->plan.of_run : std::string{};
    }
    if (about.empty()) break;
    auto first = plan_of_run(about, session);
    if (!first || !leads_forward(first->plan)) break;
    known = *std::move(first);
  }
  return known;
}

// Whether something of the run may be left on the nodes. Where the bytes do not tell, the journals do.
bool is_left(const ForwardRun& run, const KnownPlan& known, const cluster::Session& session) {
  plan::Trace trace = plan::trace_of(known.plan, known.run, session.facts());
  bool by_journal = run.changed_a_node && !run.is_undone;
  return trace == plan::Trace::there ? run.changed_a_node || run.run.broken.has_value()
                                     : trace == plan::Trace::untold && by_journal;
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
  auto here = find_run(session.cluster.name, run);
  if (here && here->plan) return KnownPlan{run, *std::move(here->plan)};
  return from_nodes(run, session, here ? *std::move(here->broken) : std::move(here).error());
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
  std::set<std::string> undone;
  for (ForwardRun& run : forward_runs(session.cluster.name)) {
    if (run.is_undone) undone.insert(run.run.run);
    if (!run.run.plan) {
      if (run.changed_a_node && !run.is_undone) return fail(*std::move(run.run.broken));
      continue;
    }
    KnownPlan whole = first_of_chain({run.run.run, *run.run.plan}, session);
    if (is_left(run, whole, session)) return whole;
  }
  auto found =
      left_on_nodes(session, undone,
                    Error{operate_errors::nothing_to_undo,
                          fmt::format("no run of cluster {} has changed anything here", session.cluster.name),
                          {},
                          {},
                          {},
                          {}});
  if (!found) return found;
  return first_of_chain(*std::move(found), session);
}

}  // namespace nightlatch::operate
