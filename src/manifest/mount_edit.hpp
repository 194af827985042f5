// The splices that mount a directory of the host into the API server's container, or take the mount away.
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

// Removes the volume with that name and its mounts in the API server's container. No splice where there is
// none. A list that would be left empty goes with its key. Errors: not_reversible when the volume is another
// directory, or is mounted elsewhere or by another container; indirection; wrong_shape; layout.
[[nodiscard]] Result<std::vector<Splice>> remove_mount(const Document& document, const Anatomy& anatomy,
                                                       const DirectoryMount& mount);

}  // namespace nightlatch::manifest
