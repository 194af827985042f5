// The splices that turn HTTP probes of the API server into TCP probes on the same host and port, and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "manifest/second_reader.hpp"
#include "manifest/splice.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// For each of `probes` ("livenessProbe") that is an httpGet: the key becomes tcpSocket, the fields host and
// port stay, the others are removed. A probe that is missing or of another kind is left alone. Errors:
// indirection; layout.
[[nodiscard]] Result<std::vector<Splice>> edit_probes(const Document& document, const Anatomy& anatomy,
                                                      const std::vector<std::string>& probes);

// The bytes of the handler of a probe, from its key ("httpGet") to the end of its value; nullopt: there is no
// such probe, or it has no handler of a kind that an edit knows (httpGet, tcpSocket).
[[nodiscard]] std::optional<std::string> probe_handler(const Document& document, const Anatomy& anatomy,
                                                       std::string_view probe);

// Each handler whose bytes are ProbeReturn::from becomes ProbeReturn::to; one that is `to` already is left
// alone. Errors: not_reversible, for any other handler and for a probe that is gone; indirection.
[[nodiscard]] Result<std::vector<Splice>> return_probes(const Document& document, const Anatomy& anatomy,
                                                        const std::vector<ProbeReturn>& probes);

// The same change on a tree without positions, for the proof: `container` becomes what it must be afterwards.
void turn_to_tcp(Value& container, const std::vector<std::string>& probes);
// The same for return_probes. Error: that of a reader, where `to` alone is not a mapping of one key.
[[nodiscard]] Status turn_back(Value& container, const std::vector<ProbeReturn>& probes);

}  // namespace nightlatch::manifest
