// X.509 certificates, by OpenSSL: whether they can be read, and when they expire.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace nightlatch {

// notAfter of every certificate in PEM text, in its order: seconds since the epoch, UTC. The list ends at the
// first block that is no certificate; it is empty for other text. Never fails.
[[nodiscard]] std::vector<std::int64_t> certificate_ends(std::string_view pem);

// Whether the bytes are one certificate in DER, and nothing else.
[[nodiscard]] bool is_certificate(std::string_view der);

}  // namespace nightlatch
