// One byte-range replacement in a manifest; the only way nightlatch changes one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::manifest {

// Bytes [begin, end) are replaced by `text`; an empty range is an insertion, an empty text an erasure.
struct Splice {
  std::size_t begin = 0;  // byte offsets into the old bytes, [begin, end)
  std::size_t end = 0;
  std::string text;    // the new bytes in place of them
  std::string reason;  // for people, in the imperative: "add --authentication-config"

  bool operator==(const Splice&) const = default;
};

// `bytes` with every splice done. Precondition: fit(splices, bytes.size()).
[[nodiscard]] std::string apply(std::string_view bytes, std::span<const Splice> splices);

// Whether the splices are sorted by begin, do not overlap and lie within `size` bytes, so that apply() may be
// called with them: splices that come from a file are checked by it.
[[nodiscard]] bool fit(std::span<const Splice> splices, std::size_t size);

// The splices that turn apply(before, splices) back into `before`. Precondition: fit(splices, before.size()).
[[nodiscard]] std::vector<Splice> inverse(std::string_view before, std::span<const Splice> splices);

// The unified diff that follows from the splices, with three lines of context and the headers "--- label" and
// "+++ label"; empty when no line changes. Precondition: fit(splices, before.size()).
[[nodiscard]] std::string unified_diff(std::string_view before, std::span<const Splice> splices,
                                       std::string_view label);

}  // namespace nightlatch::manifest
