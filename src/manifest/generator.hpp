// Which product writes a kube-apiserver manifest or manages a whole node, and where it keeps the setting.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/span_tree.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Whether an edit of the manifest lasts.
enum class Hold {
  administrator,  // it lasts until the administrator runs `kubeadm upgrade`
  next_run,       // it lasts until the product's next run writes the manifest again
  product,        // it does not: the product writes the manifest by itself, or has none
};

// A product that writes manifests. All texts are literals.
struct Generator {
  std::string_view name;  // "kubeadm", "RKE2", ...
  Hold hold = Hold::product;
  std::string_view setting;  // where the product keeps the setting; empty for kubeadm
  std::string_view paste;    // the setting as lines to paste there; empty for kubeadm and kubespray
};

// The product that writes this pod, recognised by its annotations, labels and paths; nullopt: no known
// product.
[[nodiscard]] std::optional<Generator> recognise_generator(const SpanNode& pod);
// The same for the bytes of a manifest, also of one that cannot be edited; nullopt also when they cannot be
// read. `file` is for messages.
[[nodiscard]] std::optional<Generator> recognise_generator(std::string_view bytes, std::string_view file);

// The product to which a file or directory of a node belongs, for the paths that say_owners in
// node/agent/facts.sh looks for; nullopt for every other path.
[[nodiscard]] std::optional<Generator> recognise_path(std::string_view path);

// The lines of Generator::paste.
[[nodiscard]] std::vector<std::string> paste_lines(const Generator& generator);

}  // namespace nightlatch::manifest
