// The splices that turn HTTP probes of the API server into TCP probes on the same host and port.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/second_reader.hpp"
#include "manifest/splice.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// For each of `probes` ("livenessProbe") that is an httpGet: the key becomes tcpSocket, the fields host and
// port stay, the others are removed. A probe that is missing or of another kind is left alone. Errors:
// indirection; layout.
[[nodiscard]] Result<std::vector<Splice>> edit_probes(const Document& document, const Anatomy& anatomy,
                                                      const std::vector<std::string>& probes);

// The same change on a tree without positions, for the proof: `container` becomes what it must be afterwards.
void turn_to_tcp(Value& container, const std::vector<std::string>& probes);

}  // namespace nightlatch::manifest
