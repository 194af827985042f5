// Turns JSON that is not one event a line (an EventList of any length, pretty-printed JSON, an array, the
// reply of an engine) into one value a line, without holding more than one of them: the members of the outer
// arrays are cut out, and the frame around them is dropped.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "scan/byte_stream.hpp"

namespace nightlatch::scan {

// Whether a log that begins so is of this kind.
[[nodiscard]] bool needs_cutting(std::string_view beginning);

// Values longer than `longest` are dropped and leave a line that is no JSON.
[[nodiscard]] std::unique_ptr<ByteStream> make_event_cutter(std::unique_ptr<ByteStream> below,
                                                            std::size_t longest);

}  // namespace nightlatch::scan
