#include "api/control_plane_endpoint.hpp"

#include "util/text.hpp"

namespace nightlatch::api {

std::string control_plane_endpoint_host(std::string_view cluster_configuration) {
  constexpr std::string_view key = "controlPlaneEndpoint:";
  for (const std::string& line : split(cluster_configuration, '\n')) {
    if (!line.starts_with(key)) continue;
    std::string_view value = trim(std::string_view(line).substr(key.size()));
    constexpr std::string_view quotes = "\"'";
    if (!value.empty() && quotes.find(value.front()) != std::string_view::npos) value.remove_prefix(1);
    if (value.starts_with('[')) return std::string(value.substr(1, value.find(']') - 1));
    return std::string(value.substr(0, value.find_first_of(":\"' ")));
  }
  return {};
}

}  // namespace nightlatch::api
