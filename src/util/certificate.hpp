// What nightlatch wants to know of an X.509 certificate, from OpenSSL.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace nightlatch {

// The end of validity of every certificate in PEM text, in order: seconds since the epoch, UTC. What is no
// certificate ends the list: of text without any it is empty.
[[nodiscard]] std::vector<std::int64_t> certificate_ends(std::string_view pem);

}  // namespace nightlatch
