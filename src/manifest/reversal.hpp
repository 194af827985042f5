// The inverse of an edit, on bytes that were changed since: an upgrade, or a flag that somebody added.
#pragma once

#include <string_view>

#include "manifest/edit.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// What a run found on a node, and what it wrote there.
struct PastEdit {
  std::string_view found;
  std::string_view wrote;
};

// Takes out of `today` what the run wrote, and nothing else: the flags that it set get the values they had,
// those that it removed come back, its volume and mount go, and so do its TCP probes. What somebody has taken
// out already stays so; everything else stays to the byte. Proven as manifest/edit.hpp says. `file` is for
// messages. Errors: not_reversible, where one of these places holds something else than the run wrote or
// found, a flag was there several times, or another flag names a file in the directory that would no longer
// be mounted; those of edit().
[[nodiscard]] Result<Edit> take_back(std::string_view today, std::string_view file, const PastEdit& past);

}  // namespace nightlatch::manifest
