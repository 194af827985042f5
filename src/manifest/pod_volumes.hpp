// Whether the kubelet takes the volumes and mounts of a pod.
#pragma once

#include "manifest/document.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// The rules of the kubelet's validation that a hand-written manifest breaks (ValidateVolumes and
// ValidateVolumeMounts in pkg/apis/core/validation/validation.go, v1.34): a volume has a name, and no other
// volume has it; a mount names a volume of the pod and has a path, and no other mount of its container has
// it. What a merge key may add is not judged. Error: wrong_shape, at the volume or mount.
[[nodiscard]] Status check_volumes(const SourceText& text, const Anatomy& anatomy);

}  // namespace nightlatch::manifest
