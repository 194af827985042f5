// A log that is being written: what is appended to it, over its rotations, as `tail -F` reads it.
#pragma once

#include <filesystem>
#include <memory>

#include "scan/byte_stream.hpp"
#include "util/result.hpp"

namespace nightlatch::scan {

enum class Begin { at_the_beginning, at_the_end };

// The stream waits where there is nothing new, and never ends. A file that was renamed is read to its end
// before the one that has its name now; one that was cut is read from its beginning. Error: file_unreadable.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> make_following_stream(const std::filesystem::path& path,
                                                                        Begin begin);

}  // namespace nightlatch::scan
