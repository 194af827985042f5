#include "operate/history.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "operate/audit.hpp"
#include "operate/bundle.hpp"
#include "operate/errors.hpp"
#include "operate/run_files.hpp"
#include "operate/run_store.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

namespace fs = std::filesystem;
using report::PastRun;

const std::array known_outcomes{
    std::string("done"),   std::string("rolled_back"), std::string("stopped"),    std::string("needs_person"),
    std::string("paused"), std::string("interrupted"), std::string("unfinished"), std::string("unreadable")};

Status check_outcomes(const std::vector<std::string>& wanted) {
  for (const std::string& word : wanted) {
    if (is_among(word, known_outcomes)) continue;
    Error error{.code = operate_errors::unknown_outcome,
                .message = fmt::format("no run ends \"{}\"", word),
                .details = {"known: " + join(known_outcomes, ", ")}};
    if (auto close = did_you_mean(word, known_outcomes))
      error.hint = fmt::format("did you mean \"{}\"?", *close);
    return fail(std::move(error));
  }
  return {};
}

// Whether the run has gone further than to look at the node.
bool has_changed(const PastRun& run, const std::string& node) {
  const rollout::NodeProgress* progress = run.progress.find(node);
  return progress != nullptr && !progress->is_before_own_way();
}

Result<std::vector<PastRun>> select_runs(const HistoryFilter& filter,
                                         std::chrono::system_clock::time_point now) {
  NL_TRY(check_outcomes(filter.outcomes));
  std::int64_t since_ms = 0;
  if (!filter.since.empty()) {
    NL_ASSIGN(std::int64_t since_us, parse_audit_time(filter.since, now));
    since_ms = since_us / 1000;
  }
  std::vector<PastRun> runs = past_runs(filter.cluster);
  std::erase_if(runs, [&](const PastRun& run) {
    bool is_old = since_ms > 0 && run.progress.began_ms < since_ms;
    bool ends_otherwise = !filter.outcomes.empty() && !is_among(report::outcome_of(run), filter.outcomes);
    return is_old || ends_otherwise || (!filter.node.empty() && !has_changed(run, filter.node));
  });
  return runs;
}

Result<report::VerifiedRun> verify_directory(const std::string& directory) {
  NL_ASSIGN(RunFiles files, read_run_files(directory));
  return verify(files);
}

// A run's id has neither a slash nor a dot.
bool is_file(const std::string& what) {
  std::error_code none;
  return what.find_first_of("/.") != std::string::npos || (!what.empty() && fs::is_regular_file(what, none));
}

Result<std::vector<report::VerifiedRun>> verify_all(const VerifyRunsInput& input) {
  std::vector<report::VerifiedRun> verified;
  if (is_file(input.what)) {
    NL_ASSIGN(report::VerifiedRun one, verify_bundle(input.what, input.allowed_signers));
    verified.push_back(std::move(one));
    return verified;
  }
  if (!input.allowed_signers.empty())
    return fail(operate_errors::not_a_bundle,
                "--allowed-signers says who may have signed a bundle, and a run has no signature of its own");
  std::vector<PastRun> runs;
  if (input.what.empty()) {
    runs = past_runs(input.cluster);
  } else {
    NL_ASSIGN(PastRun run, find_run(input.cluster, input.what));
    runs.push_back(std::move(run));
  }
  for (const PastRun& run : runs) {
    NL_ASSIGN(report::VerifiedRun one, verify_directory(run.directory));
    verified.push_back(std::move(one));
  }
  return verified;
}

}  // namespace

Outcome<std::vector<PastRun>> list_runs(const HistoryFilter& filter,
                                        std::chrono::system_clock::time_point now) {
  auto runs = select_runs(filter, now);
  if (!runs) return failed(std::move(runs).error());
  return *std::move(runs);
}

Outcome<report::Comparison> compare_runs(const std::string& cluster, const std::string& first,
                                         const std::string& second) {
  report::Comparison comparison;
  for (const auto& [id, run] :
       {std::pair(&first, &comparison.first), std::pair(&second, &comparison.second)}) {
    auto found = find_whole_run(cluster, *id);
    if (!found) return failed(std::move(found).error());
    *run = *std::move(found);
  }
  return comparison;
}

Outcome<std::vector<report::VerifiedRun>> verify_runs(const VerifyRunsInput& input) {
  auto verified = verify_all(input);
  if (!verified) return failed(std::move(verified).error());
  return *std::move(verified);
}

}  // namespace nightlatch::operate
