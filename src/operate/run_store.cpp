#include "operate/run_store.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cluster/choice.hpp"
#include "operate/errors.hpp"
#include "operate/run_files.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> directories_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->is_directory(error)) names.push_back(entry->path().filename().string());
  }
  std::sort(names.rbegin(), names.rend());
  return names;
}

report::PastRun load(const std::string& cluster, const std::string& id) {
  fs::path directory = state_directory() / cluster / "runs" / id;
  RunFiles files{id, directory.string()};
  auto plan = read_file(directory / plan_name);
  if (plan) files.files[plan_name] = *plan;
  auto journal = read_run_file(directory / journal_name);
  if (journal && *journal) files.files[journal_name] = **std::move(journal);  // without one: never begun
  report::PastRun run = run_of(files);
  run.cluster = cluster;
  if (!plan) run.broken = std::move(plan).error();
  if (!journal) run.broken = std::move(journal).error();
  return run;
}

// The run wrote a manifest that may still be there.
bool changed_a_node(const report::PastRun& run) {
  return std::any_of(
      run.progress.nodes.begin(), run.progress.nodes.end(), [](const rollout::NodeProgress& node) {
        bool swapped = node.began(facts::JournalStep::swapped);
        bool put_back = node.is_at(facts::JournalStep::restored) && node.phase == rollout::Phase::done;
        return swapped && !put_back;
      });
}

// Whether a run is known whose id begins with this minute.
bool has_run_of(const std::string& minute, const fs::path& runs, const std::set<std::string>& taken) {
  auto next = taken.lower_bound(minute);
  if (next != taken.end() && next->starts_with(minute)) return true;
  std::vector<std::string> here = directories_in(runs);
  return std::any_of(here.begin(), here.end(), [&](const std::string& id) { return id.starts_with(minute); });
}

}  // namespace

Result<fs::path> create_run(const plan::Plan& plan, std::chrono::system_clock::time_point now,
                            const std::set<std::string>& taken) {
  fs::path runs = state_directory() / cluster::directory_name(plan.cluster) / "runs";
  NL_TRY(make_private_directories(runs));
  std::tm time = fmt::gmtime(std::chrono::system_clock::to_time_t(now));
  std::string hash = plan.hash.substr(0, 4);
  std::string id = fmt::format("{:%Y%m%dT%H%M}-{}", time, hash);
  std::error_code error;
  if (has_run_of(fmt::format("{:%Y%m%dT%H%M}-", time), runs, taken))
    id = fmt::format("{:%Y%m%dT%H%M%S}-{}", time, hash);
  fs::path directory = runs / id;
  if (Status written = write_file_durably(directory / "plan.json", plan::to_json(plan)); !written) {
    fs::remove_all(directory, error);
    return fail(std::move(written).error());
  }
  return directory;
}

std::vector<report::PastRun> past_runs(const std::string& cluster) {
  std::vector<std::string> clusters{cluster::directory_name(cluster)};
  if (cluster.empty()) clusters = directories_in(state_directory());
  std::vector<report::PastRun> runs;
  for (const std::string& name : clusters) {
    for (const std::string& id : directories_in(state_directory() / name / "runs"))
      runs.push_back(load(name, id));
  }
  // A run's id begins with its minute; the runs of one minute are told apart by their journals.
  auto age = [](const report::PastRun& run) {
    constexpr std::size_t minute = std::string_view("20261122T0114").size();
    return std::tuple(run.run.substr(0, minute), run.progress.began_ms, run.run, run.cluster);
  };
  std::sort(runs.begin(), runs.end(), [&](const auto& a, const auto& b) { return age(a) > age(b); });
  return runs;
}

Result<report::PastRun> find_run(const std::string& cluster, const std::string& id) {
  for (report::PastRun& run : past_runs(cluster)) {
    if (run.run == id) return std::move(run);
  }
  return fail(
      operate_errors::run_unknown,
      fmt::format("no run {} in {}", id, (state_directory() / cluster::directory_name(cluster)).string()));
}

Result<report::PastRun> find_whole_run(const std::string& cluster, const std::string& id) {
  NL_ASSIGN(report::PastRun run, find_run(cluster, id));
  if (run.broken) return fail(*std::move(run.broken));
  return run;
}

// From the newest to the oldest, so that a run that was undone has no say about the run that it undid.
std::vector<ForwardRun> forward_runs(const std::string& cluster) {
  std::vector<ForwardRun> found;
  std::set<std::string> undone;
  for (report::PastRun& run : past_runs(cluster)) {
    const std::string& of = run.progress.of;
    plan::Relation relation = report::relation_of(run);
    bool is_rest = relation == plan::Relation::goes_on_with && undone.contains(of);
    bool is_undone = is_rest || undone.contains(run.run);
    bool undoes = relation == plan::Relation::undoes && report::outcome_of(run) == "done";
    if (undoes && !is_undone) undone.insert(of);
    bool ends_another = relation == plan::Relation::puts_back || relation == plan::Relation::confirms;
    bool rehearses = run.plan && run.plan->rehearsal;
    if (!report::leads_forward(run) || ends_another || rehearses) continue;
    bool changed = changed_a_node(run);
    found.push_back({std::move(run), changed, is_undone});
  }
  return found;
}

}  // namespace nightlatch::operate
