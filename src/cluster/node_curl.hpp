// The command that asks an API server with curl on a node.
#pragma once

#include <chrono>
#include <string>

namespace nightlatch::cluster {

// A line for the login shell of the node, which prints the HTTP status, or 000. It reads no .curlrc and uses
// no proxy of the environment: the answer must be that of the server in `url` (S16). Certificates are not
// checked, as by the kubelet. It takes at least 1 s.
[[nodiscard]] std::string node_curl_line(const std::string& method, const std::string& url,
                                         std::chrono::seconds timeout);
// What it printed in its last line; 0: nobody answered. Before it a login shell may have printed something.
[[nodiscard]] int node_curl_status(const std::string& out);

}  // namespace nightlatch::cluster
