// What a ClusterConfiguration says about the API server's arguments and volumes, and the proof that an edit
// changed just the intended ones. It uses no positions in the text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "manifest/second_reader.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// The arguments of the API server: name without dashes, and value.
using Arguments = std::vector<std::pair<std::string, std::string>>;

// `name` with "_" as "-": pflag takes both.
[[nodiscard]] std::string normalised(std::string name);

// The field `key` of apiServer; nullptr when there is none.
[[nodiscard]] const Value* api_server_field(const Value& root, std::string_view key);

// apiServer.extraArgs, in its order; names as written.
[[nodiscard]] Arguments arguments_of(const Value& root);

// The arguments that the edit sets: those of the intent, and --feature-gates merged with its present value.
[[nodiscard]] Arguments wanted_arguments(const Value& root, const Intent& intent);

// Whether the container would not see the directory yet: no extraVolume contains it under the same path, and
// it is not below /etc/kubernetes/pki, which kubeadm mounts itself
// (cmd/kubeadm/app/phases/controlplane/volumes.go).
[[nodiscard]] bool needs_volume(const Value& root, const DirectoryMount& mount);

// Proves that the arguments and volumes of `after` are the intended ones and all else is as in `before`.
// Error: not_proven, with what would be wrong.
[[nodiscard]] Status prove_kubeadm_config(const Document& before, const Document& after,
                                          const Intent& intent);

}  // namespace nightlatch::manifest
