#include "operate/run_files.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "report/evidence.hpp"
#include "rollout/errors.hpp"
#include "rollout/journal.hpp"
#include "util/errors.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {

namespace {

namespace fs = std::filesystem;
using report::PastRun;
using report::VerifiedRun;

constexpr std::array known_files{plan_name,   journal_name, evidence_name, "report.html",
                                 "report.md", "start.txt",  "start.sig"};

Status add(const fs::path& directory, const std::string& name, RunFiles& files) {
  NL_ASSIGN(auto bytes, read_run_file(directory / name));
  if (bytes) files.files[name] = *std::move(bytes);
  return {};
}

Error differs(const RunFiles& files, const std::string& name, const std::string& why) {
  return {.code = rollout_errors::evidence_differs, .message = fmt::format("{}: {}", files.path(name), why)};
}

// Whether the journal is that of this run and of this plan, and ends where it says so.
void compare_records(const RunFiles& files, const PastRun& run, const std::vector<rollout::Record>& records,
                     VerifiedRun& verified) {
  for (const rollout::Record& record : records) {
    if (record.run == files.run) continue;
    verified.faults.push_back(
        differs(files, journal_name, fmt::format("record {} is of run {}", record.seq, record.run)));
    break;
  }
  if (records.empty()) return;
  bool begins = records.front().step == "run" && records.front().phase == rollout::Phase::intend;
  if (!begins)
    verified.faults.push_back(
        differs(files, journal_name, "it does not begin with the record of a run's beginning"));
  auto end = std::find_if(records.begin(), records.end(), [](const rollout::Record& record) {
    return record.node.empty() && record.step == "run" && record.phase != rollout::Phase::intend;
  });
  if (end != records.end() && end + 1 != records.end())
    verified.faults.push_back(
        differs(files, journal_name, fmt::format("record {} follows the end of the run", (end + 1)->seq)));
  if (begins && run.plan && run.progress.plan != run.plan->hash)
    verified.faults.push_back(
        differs(files, plan_name,
                fmt::format("it is plan {}, and record 1 says that the run carried out {}",
                            run.plan->short_hash(), run.progress.plan.substr(0, 8))));
}

// Records that are missing behind the last one break no chain; the evidence knows how many there were.
void compare_evidence(const RunFiles& files, const PastRun& run, VerifiedRun& verified) {
  const std::string& bytes = files.at(evidence_name);
  auto known = report::head_in_evidence(bytes, files.path(evidence_name));
  if (!known) {
    verified.faults.push_back(std::move(known).error());
    return;
  }
  if (known->records > run.journal.records) {
    std::size_t first = run.journal.records + 1;
    std::string which = first == known->records ? fmt::format("record {} is", first)
                                                : fmt::format("records {} to {} are", first, known->records);
    verified.faults.push_back(
        differs(files, journal_name, fmt::format("{} missing at its end, by {}", which, evidence_name)));
  } else if (known->records < run.journal.records) {
    verified.faults.push_back(differs(
        files, journal_name, fmt::format("record {} was added, by {}", known->records + 1, evidence_name)));
  } else if (known->sha256 != run.journal.sha256) {
    verified.faults.push_back(differs(
        files, journal_name,
        fmt::format("record {} was changed after it was written, by {}", known->records, evidence_name)));
  } else if (std::string where = report::evidence_difference(bytes, report::evidence_json(run));
             !where.empty()) {
    verified.faults.push_back(differs(files, evidence_name, where));
  }
}

}  // namespace

const std::string& RunFiles::at(const std::string& name) const {
  static const std::string none;
  auto found = files.find(name);
  return found == files.end() ? none : found->second;
}

Result<std::optional<std::string>> read_run_file(const fs::path& path) {
  std::error_code none;
  fs::file_status there = fs::symlink_status(path, none);
  if (!fs::exists(there)) return std::nullopt;
  if (!fs::is_regular_file(there))
    return fail(util_errors::file_unreadable, fmt::format("{}: it is no regular file", path.string()));
  NL_ASSIGN(std::string bytes, read_file(path));
  return bytes;
}

Result<RunFiles> read_run_files(const fs::path& directory) {
  RunFiles files{directory.filename().string(), directory.string()};
  for (const char* name : known_files) NL_TRY(add(directory, name, files));
  const std::string approvals = std::string(plan_name) + ".sigs";
  std::error_code none;
  for (fs::directory_iterator entry(directory / approvals, none), end; !none && entry != end;
       entry.increment(none)) {
    std::string ending = entry->path().extension().string();
    if (ending != ".txt" && ending != ".sig") continue;
    NL_TRY(add(directory, approvals + "/" + entry->path().filename().string(), files));
  }
  return files;
}

PastRun run_of(const RunFiles& files) {
  PastRun run{files.run, {}, files.place, {}, {}, {}};
  auto plan = plan::from_json(files.at(plan_name), files.path(plan_name));
  if (plan) {
    run.plan = *std::move(plan);
    run.cluster = run.plan->cluster;
  } else {
    run.broken = std::move(plan).error();
  }
  auto chain = rollout::read_chain(files.at(journal_name), files.path(journal_name));
  if (!chain) {
    run.broken = std::move(chain).error();
    return run;
  }
  for (const rollout::Record& record : chain->records) {
    run.progress.fold(record);
    run.timeline.fold(record);
  }
  run.journal = {chain->records.size(), chain->head};
  return run;
}

VerifiedRun verify(const RunFiles& files) {
  VerifiedRun verified{files.run, files.place};
  PastRun run = run_of(files);
  verified.records = run.journal.records;
  verified.head = run.journal.sha256;
  verified.outcome = report::outcome_of(run);
  if (run.plan) verified.plan = run.plan->hash;
  if (auto plan = plan::from_json(files.at(plan_name), files.path(plan_name)); !plan)
    verified.faults.push_back(std::move(plan).error());
  auto chain = rollout::read_chain(files.at(journal_name), files.path(journal_name));
  if (!chain) {
    verified.faults.push_back(std::move(chain).error());
    return verified;
  }
  compare_records(files, run, chain->records, verified);
  if (chain->is_torn && !run.progress.end.empty())
    verified.faults.push_back(differs(
        files, journal_name, fmt::format("bytes follow record {}, the end of the run", run.journal.records)));
  if (files.has(evidence_name)) {
    compare_evidence(files, run, verified);
  } else if (run.progress.end.empty()) {
    verified.faults.push_back(
        {.code = rollout_errors::journal_unended,
         .message = fmt::format(
             "{}: it has no end after record {}: nightlatch was killed, or the last records were cut off",
             files.path(journal_name), run.journal.records)});
  }
  return verified;
}

}  // namespace nightlatch::operate
