// The proof of a manifest's edit: that the new bytes mean what was intended and nothing else.
#pragma once

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Compares the trees that the readers read before and after; it uses neither splices nor spans, so that a
// mistake of the editor cannot repeat itself here. Error: not_proven, with what would be wrong.
[[nodiscard]] Status prove(const Document& before, const Anatomy& anatomy_before, const Document& after,
                           const Anatomy& anatomy_after, const Intent& intent);

}  // namespace nightlatch::manifest
