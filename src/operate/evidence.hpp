// The evidence of a run: evidence.json, report.html and report.md beside its plan and its journal, of which
// they are made.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "report/history.hpp"
#include "util/result.hpp"

namespace nightlatch::operate {

// The three files by their names, as they are written at the end of a run.
[[nodiscard]] std::map<std::string, std::string> evidence_of(const report::PastRun& run);

// Reads plan and journal in the directory of a run that has ended, and writes the three files there. Errors:
// plan or journal cannot be read; a file cannot be written, and then the others are, as far as possible.
[[nodiscard]] Status keep_evidence(const std::filesystem::path& directory);

}  // namespace nightlatch::operate
