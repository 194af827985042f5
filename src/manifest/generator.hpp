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

// A product that writes manifests. What a person sets there is told by plan/product_advice.hpp.
struct Generator {
  std::string_view name;  // "kubeadm", "RKE2", ...
  Hold hold = Hold::product;
};

// The product that writes this pod, recognised by its annotations, labels and paths; nullopt: no known
// product. A mark that only one product writes is enough; a mark that others write as well, such as the label
// k8s-app, counts only beside a second one.
[[nodiscard]] std::optional<Generator> recognise_generator(const SpanNode& pod);
// The same for the bytes of a manifest, also of one that cannot be edited; nullopt also when they cannot be
// read. `file` is for messages.
[[nodiscard]] std::optional<Generator> recognise_generator(std::string_view bytes, std::string_view file);

// The domains of the pod's annotations ("example.com" of "example.com/checksum"), each once, in their order;
// empty also where the bytes cannot be read. `file` is for messages.
[[nodiscard]] std::vector<std::string> annotation_domains(std::string_view bytes, std::string_view file);

// The product to which a file or directory of a node belongs, for the paths that say_owners in
// node/agent/facts.sh looks for; nullopt for every other path.
[[nodiscard]] std::optional<Generator> recognise_path(std::string_view path);

}  // namespace nightlatch::manifest
