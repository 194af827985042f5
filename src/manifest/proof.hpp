// The proof of an edit: that the new bytes say what was intended and nothing else.
#pragma once

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// Compares what the readers read before and after; knows nothing of splices or spans. Errors: not_proven.
[[nodiscard]] Status prove(const Document& before, const Anatomy& anatomy_before, const Document& after,
                           const Anatomy& anatomy_after, const Intent& intent);

}  // namespace nightlatch::manifest
