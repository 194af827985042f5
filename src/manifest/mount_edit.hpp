// The splices that mount a directory of the host into the API server's container.
#pragma once

#include <vector>

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "manifest/splice.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Adds an item to volumes and to volumeMounts, each at its alphabetical place where the list is sorted by
// name. No splice when the container sees the directory already under the same path. Errors: volume_conflict
// when something else is mounted there or the volume's name is taken; indirection; wrong_shape; layout.
[[nodiscard]] Result<std::vector<Splice>> edit_mount(const Document& document, const Anatomy& anatomy,
                                                     const DirectoryMount& mount);

}  // namespace nightlatch::manifest
