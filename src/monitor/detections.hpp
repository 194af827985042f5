// The classes of `nightlatch audit` as rules that alert on single events: Sigma and Falco. Rendered from
// templates/monitor/.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "audit/taxonomy.hpp"

namespace nightlatch::monitor {

// A document for each class and outcome whose severity is medium or more. An event has one class: a rule
// leaves out what an earlier class of the taxonomy has.
[[nodiscard]] std::string sigma_rules(const audit::Taxonomy& taxonomy);

// A macro for each class, and a rule for each class and outcome whose severity is medium or more.
[[nodiscard]] std::string falco_rules(const audit::Taxonomy& taxonomy);

// The earlier classes that could have a request of the class, too. A class of paths and one of resources
// share nothing.
[[nodiscard]] std::vector<std::size_t> overlapping_classes(const audit::Taxonomy& taxonomy,
                                                           std::size_t index);

}  // namespace nightlatch::monitor
