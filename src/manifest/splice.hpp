// One byte-range replacement in a manifest; the only way nightlatch changes one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::manifest {

struct Splice {
  std::size_t begin = 0;  // byte offsets into the old bytes, [begin, end)
  std::size_t end = 0;
  std::string text;    // what stands there afterwards
  std::string reason;  // for people: "add --authentication-config"

  bool operator==(const Splice&) const = default;
};

// `splices` are sorted by begin and do not overlap.
[[nodiscard]] std::string apply(std::string_view bytes, std::span<const Splice> splices);

// In order, without overlap and within `size` bytes: whether apply() may be called with them. For splices
// that come from a file.
[[nodiscard]] bool fit(std::span<const Splice> splices, std::size_t size);

// The splices that turn apply(before, splices) back into `before`.
[[nodiscard]] std::vector<Splice> inverse(std::string_view before, std::span<const Splice> splices);

// Unified diff (three lines of context, headers "--- label" and "+++ label") that follows from the splices;
// empty when there are none.
[[nodiscard]] std::string unified_diff(std::string_view before, std::span<const Splice> splices,
                                       std::string_view label);

}  // namespace nightlatch::manifest
