// Who a token is, by the API server's answer to a SelfSubjectReview (KEP-3325).
#pragma once

#include <string>
#include <string_view>

namespace nightlatch::api {

inline constexpr std::string_view self_review_path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

// "ana [dev ops]": the username and the sorted groups in the JSON answer; empty when the body is no
// SelfSubjectReview.
[[nodiscard]] std::string identity_of(std::string_view body);

}  // namespace nightlatch::api
