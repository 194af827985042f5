// What an API server says of who is asking.
#pragma once

#include <string>
#include <string_view>

namespace nightlatch::api {

inline constexpr std::string_view self_review_path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

// "ana [dev ops]" of a SelfSubjectReview's answer: the username, the groups in order; empty where it is none.
[[nodiscard]] std::string identity_of(std::string_view body);

}  // namespace nightlatch::api
