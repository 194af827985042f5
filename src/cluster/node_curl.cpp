#include "cluster/node_curl.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "util/shell_quote.hpp"

namespace nightlatch::cluster {

// --disable counts only as the first option.
std::string node_curl_line(const std::string& method, const std::string& url, std::chrono::seconds timeout) {
  return fmt::format(
      "curl --disable --noproxy '*' --silent --insecure --globoff --output /dev/null --write-out "
      "'%{{http_code}}' "
      "--max-time {} --request {} -- {}",
      std::max<long>(1, static_cast<long>(timeout.count())), shell_quote(method), shell_quote(url));
}

}  // namespace nightlatch::cluster
