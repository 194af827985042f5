// X.509 certificates, by OpenSSL: whether they can be read, which they are, and when they expire.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch {

// notAfter of every certificate in PEM text, in its order: seconds since the epoch, UTC. The list ends at the
// first block that is no certificate; it is empty for other text. Never fails.
[[nodiscard]] std::vector<std::int64_t> certificate_ends(std::string_view pem);

// SHA-256 of the DER of every certificate in PEM text, as hex: neither their order nor what stands between
// them matters. Empty where one of them cannot be read, because the others are not the whole set then. Never
// fails.
[[nodiscard]] std::set<std::string> certificates_in(std::string_view pem);

// Whether the bytes are one certificate in DER, and nothing else.
[[nodiscard]] bool is_certificate(std::string_view der);

}  // namespace nightlatch
