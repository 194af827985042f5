// The rules of claimMappings.extra[].key: IsDomainPrefixedPath in k8s.io/apimachinery/pkg/util/validation,
// and what k8s.io/apiserver/pkg/apis/apiserver/validation adds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::access {

// The words about a key at `path`, without those about an equal key before it. `minor` of Kubernetes 1.x.
[[nodiscard]] std::vector<std::string> extra_key_problems(std::string_view path, std::string_view key,
                                                          int minor);

}  // namespace nightlatch::access
