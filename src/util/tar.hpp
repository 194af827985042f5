// Small tar archives of plain files, in memory. libarchive reads and writes them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "util/result.hpp"

namespace nightlatch {

// An archive in the format ustar. `files`: the bytes by their names. `time`: of every file, in seconds since
// 1970. The same files give the same bytes. Error: archive_unwritable, for a name that ustar cannot hold.
[[nodiscard]] Result<std::string> write_tar(const std::map<std::string, std::string>& files,
                                            std::int64_t time);

// The files of an archive that holds nothing but plain files with names below the directory of the archive,
// each once, of at most 64 MiB together, and nothing behind its end. `name` is for messages. Error:
// bad_archive.
[[nodiscard]] Result<std::map<std::string, std::string>> read_tar(std::string_view bytes,
                                                                  std::string_view name);

}  // namespace nightlatch
