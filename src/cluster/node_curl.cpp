#include "cluster/node_curl.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::cluster {

// --disable counts only as the first option. The empty line ends what a file of the login shell has printed.
std::string node_curl_line(const std::string& method, const std::string& url, std::chrono::seconds timeout) {
  return fmt::format(
      "echo; curl --disable --noproxy '*' --silent --insecure --globoff --output /dev/null --write-out "
      "'%{{http_code}}' "
      "--max-time {} --request {} -- {}",
      std::max<long>(1, static_cast<long>(timeout.count())), shell_quote(method), shell_quote(url));
}

int node_curl_status(const std::string& out) {
  std::string_view text = trim(out);
  std::string_view line = text.substr(text.rfind('\n') + 1);
  int status = 0;
  std::from_chars(line.data(), line.data() + line.size(), status);
  return status;
}

}  // namespace nightlatch::cluster
