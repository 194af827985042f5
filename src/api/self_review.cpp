#include "api/self_review.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "util/text.hpp"

namespace nightlatch::api {

std::string identity_of(std::string_view body) {
  using Json = nlohmann::json;
  Json review = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  const Json::json_pointer user("/status/userInfo/username");
  const Json::json_pointer group_list("/status/userInfo/groups");
  if (!review.contains(user) || !review.at(user).is_string()) return {};
  std::vector<std::string> groups;
  if (review.contains(group_list) && review.at(group_list).is_array()) {
    for (const Json& group : review.at(group_list)) {
      if (group.is_string()) groups.push_back(group.get<std::string>());
    }
  }
  std::sort(groups.begin(), groups.end());
  return fmt::format("{} [{}]", review.at(user).get<std::string>(), join(groups, " "));
}

}  // namespace nightlatch::api
