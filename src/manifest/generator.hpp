// Who writes a kube-apiserver manifest, or a whole node, and where that product keeps the setting.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/span_tree.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// May the manifest be edited?
enum class Hold {
  administrator,  // kubeadm's between two upgrades
  next_run,       // yes, but the product's next run writes it again
  product,        // no: the product writes it by itself, or there is none
};

struct Generator {
  std::string_view name;  // "kubeadm", "RKE2", ...
  Hold hold = Hold::product;
  std::string_view setting;  // where the product keeps it; empty for kubeadm
  std::string_view paste;    // the same, ready to paste, lines; empty for kubeadm and kubespray
};

[[nodiscard]] std::optional<Generator> recognise_generator(const SpanNode& pod);
// Also of manifests that cannot be edited; nullopt when the bytes cannot be read.
[[nodiscard]] std::optional<Generator> recognise_generator(std::string_view bytes, std::string_view file);

// The product that a file or directory of a node belongs to, as agent.sh looks for them.
[[nodiscard]] std::optional<Generator> recognise_path(std::string_view path);

// The lines of `paste`.
[[nodiscard]] std::vector<std::string> paste_lines(const Generator& generator);

}  // namespace nightlatch::manifest
