// The path of a request that the kubelet sends for a probe.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch::plan {

// url.URL.Path of a probe's path as it is written: without query and fragment, percent-decoded. That is what
// kube-apiserver compares with the conditions of `anonymous`.
[[nodiscard]] std::string request_path(std::string_view written);

}  // namespace nightlatch::plan
