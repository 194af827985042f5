// Small manifests for the tests of this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::manifest {

// A pod whose command is kube-apiserver and these words, written as kubeadm writes it. `more` are lines of
// the container, `spec` lines of the spec, both with their indent.
inline std::string pod_with(const std::vector<std::string>& words, std::string_view more = {},
                            std::string_view spec = {}) {
  std::string text =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n  namespace: kube-system\nspec:\n  "
      "containers:\n"
      "  - command:\n    - kube-apiserver\n";
  for (const std::string& word : words) text += "    - " + word + "\n";
  text += "    image: registry.k8s.io/kube-apiserver:v1.34.4\n    name: kube-apiserver\n";
  text += more;
  text += "  hostNetwork: true\n";
  text += spec;
  return text;
}

}  // namespace nightlatch::manifest
