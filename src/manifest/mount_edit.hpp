// From a wanted directory mount to splices of volumes and volumeMounts.
#pragma once

#include <vector>

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "manifest/splice.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Nothing when the container sees the directory already under the same path. Errors: volume_conflict when
// something else is mounted there or the volume's name is taken; layout.
[[nodiscard]] Result<std::vector<Splice>> edit_mount(const Document& document, const Anatomy& anatomy,
                                                     const DirectoryMount& mount);

}  // namespace nightlatch::manifest
