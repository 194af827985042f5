// The words for exposures and times that every screen uses.
#pragma once

#include <string>
#include <vector>

#include "access/exposure.hpp"
#include "report/page.hpp"

namespace nightlatch::report {

// "open", "only /healthz /livez /readyz", "closed", "will not start", "unknown"
[[nodiscard]] std::string describe(const access::Exposure& exposure);
// "open", "restricted", "closed", "will not start", "unknown"
[[nodiscard]] std::string state_word(const access::Exposure& exposure);
[[nodiscard]] Tone tone_of(const access::Exposure& exposure);

// "1 node", "3 nodes"
[[nodiscard]] std::string count(std::size_t number, std::string_view noun);

}  // namespace nightlatch::report
