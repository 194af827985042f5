// What a source is likely to be: a tool that is known by what it asks for, how often and from where.
// Everybody can ask in the same way, so the name is for people, and changes no severity.
#pragma once

#include <string>

#include "audit/tally.hpp"
#include "audit/taxonomy.hpp"

namespace nightlatch::audit {

// The name of the first of the taxonomy's clients that behaves so; "sweep" for one that tried many classes;
// empty: none.
[[nodiscard]] std::string behaviour_of(const Source& source, const Taxonomy& taxonomy);

}  // namespace nightlatch::audit
