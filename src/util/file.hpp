// Files of the workstation: whole reads, durable writes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "util/fd.hpp"
#include "util/result.hpp"

namespace nightlatch {

// Reads at most `limit` bytes; a longer file is an error, not a cut. "-" is not special here.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t limit = 64U << 20U);

// Writes beside, fsyncs, renames, fsyncs the directory: a reader sees the old bytes or the new ones.
// A failure leaves the old file and no temporary one. Missing directories are made with 0700.
[[nodiscard]] Status write_file_durably(const std::filesystem::path& path, std::string_view bytes,
                                        mode_t mode = 0600);

[[nodiscard]] Status make_private_directories(const std::filesystem::path& directory);

// A new file for appending, on disk with its directory when this returns. One that exists is an error.
[[nodiscard]] Result<Fd> create_append_durably(const std::filesystem::path& path, mode_t mode = 0600);
// All bytes, then fsync.
[[nodiscard]] Status append_durably(const Fd& fd, std::string_view bytes, const std::filesystem::path& path);

// "~/x" by $HOME; other paths as they are.
[[nodiscard]] std::filesystem::path expand_home(std::string_view path);

// ${XDG_STATE_HOME:-~/.local/state}/nightlatch
[[nodiscard]] std::filesystem::path state_directory();

}  // namespace nightlatch
