// Files of products that are no manifest, but hold what the product starts kube-apiserver with. A person has
// them at hand where there is no manifest, and gives one of them to nightlatch.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nightlatch::manifest {

struct ProductFile {
  std::string_view product;           // "MicroK8s"
  std::string_view what;              // "k0s's ClusterConfig"
  std::string authentication_config;  // what it names as --authentication-config; empty: nothing
  std::string version;                // of Kubernetes, as it is written; empty: it names none
};

// The product whose own file this is, by the lines of its bytes and by its name; nullopt: none that is known.
// It reads lines and not YAML, because some of these files are none, or hold several documents. So it is
// asked only about files that are no pod.
[[nodiscard]] std::optional<ProductFile> recognise_product_file(std::string_view bytes,
                                                                std::string_view file);

}  // namespace nightlatch::manifest
