// Who wrote a kube-apiserver manifest, as far as it says so itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "manifest/span_tree.hpp"

namespace nightlatch::manifest {

struct Generator {
  std::string_view name;  // "kubeadm", "RKE2", ...
  // Where this product keeps the setting, when it writes the manifest again by itself; empty for kubeadm,
  // whose manifest belongs to the administrator between two upgrades.
  std::string_view setting;
};

[[nodiscard]] std::optional<Generator> recognise_generator(const SpanNode& pod);
// Also of manifests that cannot be edited; nullopt when the bytes cannot be read.
[[nodiscard]] std::optional<Generator> recognise_generator(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::manifest
