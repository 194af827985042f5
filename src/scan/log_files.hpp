// Which files a log consists of: the one that is named, and those that rotation made of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::scan {

struct LogFile {
  std::filesystem::path path;  // "-": stdin
  std::string family;          // what it was rotated from: files of one family tell of one API server
};

enum class Rotated { read, leave };

struct LogFiles {
  std::vector<LogFile> files;        // oldest first
  std::vector<std::string> skipped;  // left away, each with the reason
};

// The files at `paths`: a file with its rotated siblings (`audit-2026-11-21T23-05-01.123.log` of lumberjack,
// `audit.log.1` of logrotate, each also with .gz or .zst), every file of a directory, "-" for stdin. Each
// file once. A compressed file is left away while the file that it is made of is there, because it may be
// half-written. Errors: no_log, for a path that is not there or a directory without files.
[[nodiscard]] Result<LogFiles> find_log_files(const std::vector<std::string>& paths, Rotated rotated);

}  // namespace nightlatch::scan
