// Files of this workstation: complete reads and durable writes. Errors: file_unreadable;
// file_unwritable, or no_room where the disk or a quota is full.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "util/fd.hpp"
#include "util/result.hpp"

namespace nightlatch {

// Reads a whole file of at most `limit` bytes; a longer one is an error. "-" is an ordinary name here.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t limit = 64U << 20U);

// Writes a temporary file beside `path`, fsyncs it, renames it and fsyncs the directory, so that a reader
// sees the old bytes or the new ones. A failure leaves the old file and no temporary one. Missing directories
// are created with mode 0700.
[[nodiscard]] Status write_file_durably(const std::filesystem::path& path, std::string_view bytes,
                                        mode_t mode = 0600);

// Creates the directory and its missing parents with mode 0700; an existing one keeps its mode.
[[nodiscard]] Status make_private_directories(const std::filesystem::path& directory);

// Creates a file for appending, which is on the disk together with its directory when this returns. An
// existing file is an error.
[[nodiscard]] Result<Fd> create_append_durably(const std::filesystem::path& path, mode_t mode = 0600);
// Creates a file of `size` bytes whose blocks are allocated on the disk, so that removing or cutting it makes
// room. An error leaves no file.
[[nodiscard]] Result<Fd> create_reserve(const std::filesystem::path& path, std::size_t size);
// Writes all bytes, then fsyncs. `path` is for messages.
[[nodiscard]] Status append_durably(const Fd& fd, std::string_view bytes, const std::filesystem::path& path);

// Cuts the file to `size` bytes, which frees the blocks behind them, then fsyncs. `path` is for messages.
[[nodiscard]] Status cut_durably(const Fd& fd, std::size_t size, const std::filesystem::path& path);

// "~" and "~/x" by $HOME, or by the user database where it is not set; other paths unchanged.
[[nodiscard]] std::filesystem::path expand_home(std::string_view path);

// ${XDG_STATE_HOME:-~/.local/state}/nightlatch
[[nodiscard]] std::filesystem::path state_directory();

}  // namespace nightlatch
