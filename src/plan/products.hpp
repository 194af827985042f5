// Where a product writes the manifest of kube-apiserver, or starts it without one: which product it is, how
// it shows, and what is set there instead. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/version.hpp"
#include "facts/cluster_facts.hpp"
#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "spec/inventory.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

struct SeenProduct {
  std::string name;  // "RKE2"; empty: a product that is not in the table
  std::string mark;  // the evidence, as a sentence: "cp1: /etc/rancher/k3s is there: k3s runs this …"
  std::optional<access::Version> version{};
  std::string present_file{};  // what --authentication-config names today; empty: nothing, or not known
};

// Of a manifest, or of a product's own file that a person gave in its place. `pod` is nullptr where the bytes
// are no pod that can be read. nullopt: no product writes it, as far as its marks show.
[[nodiscard]] std::optional<SeenProduct> product_of(std::string_view bytes, std::string_view file,
                                                    const manifest::ApiServerPod* pod,
                                                    const std::optional<access::Version>& told);
// Of a node, by the paths that belong to a product.
[[nodiscard]] std::optional<SeenProduct> product_of(const facts::NodeFacts& node);
// Of a cluster that shows no control-plane node: the managed service, by its endpoint and its version.
[[nodiscard]] std::optional<SeenProduct> service_of(const spec::Cluster& cluster, const facts::ApiFacts* api);

// The refusal or the finding with this code, with what is to be set in the product for these paths.
[[nodiscard]] Error refuse_product(const ErrorCode& code, const SeenProduct& product,
                                   std::vector<std::string> paths);

}  // namespace nightlatch::plan
