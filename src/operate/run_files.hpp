// The files of one run as bytes, from its directory or from a bundle, and whether they are what was written.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "report/history.hpp"
#include "report/verification.hpp"
#include "util/result.hpp"

namespace nightlatch::operate {

inline constexpr const char* plan_name = "plan.json";
inline constexpr const char* journal_name = "journal.jsonl";
inline constexpr const char* evidence_name = "evidence.json";

struct RunFiles {
  std::string run;                             // the id, which is the name of the directory
  std::string place;                           // the directory, or the bundle
  std::map<std::string, std::string> files{};  // by their names below it: "plan.json.sigs/bo.txt"

  // The bytes; empty: there is no such file.
  [[nodiscard]] const std::string& at(const std::string& name) const;
  [[nodiscard]] bool has(const std::string& name) const { return files.contains(name); }
  // For messages: the path of a file.
  [[nodiscard]] std::string path(const std::string& name) const { return place + "/" + name; }
};

// A file of a run; nullopt: there is none. Error: file_unreadable, also for a symbolic link and whatever else
// nightlatch does not write there, because a bundle would take in what it leads to.
[[nodiscard]] Result<std::optional<std::string>> read_run_file(const std::filesystem::path& path);

// What nightlatch writes there: plan, journal, evidence and reports, approvals and the signed start. Error: a
// file is there and cannot be read.
[[nodiscard]] Result<RunFiles> read_run_files(const std::filesystem::path& directory);

// The run that plan and journal tell of, with the cluster that the plan names. What cannot be read is said in
// PastRun::broken.
[[nodiscard]] report::PastRun run_of(const RunFiles& files);

// Compares the plan with its hash, the journal with its hash chain, and both with each other, with the run's
// id and with the evidence that was written at the end of the run. Faults: those of plan::from_json and
// read_chain; evidence_differs; journal_unended, where the journal has no end and no evidence says that this
// is all.
[[nodiscard]] report::VerifiedRun verify(const RunFiles& files);

}  // namespace nightlatch::operate
