// From HTTP probes of the API server to TCP probes on the same host and port.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/second_reader.hpp"
#include "manifest/splice.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Of the named probes ("livenessProbe") those that are httpGet: the key becomes tcpSocket, host and port
// stay, the rest goes. Errors: indirection, layout.
[[nodiscard]] Result<std::vector<Splice>> edit_probes(const Document& document, const Anatomy& anatomy,
                                                      const std::vector<std::string>& probes);

// The same intent on a tree: what the document must be afterwards.
void turn_to_tcp(Value& container, const std::vector<std::string>& probes);

}  // namespace nightlatch::manifest
