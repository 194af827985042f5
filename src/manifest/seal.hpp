// The frame of every edit: splices become bytes, the bytes are proven, and only then they have hashes.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// not_proven: what fails is a defect or a file stranger than this code knows, and both are refused.
[[nodiscard]] Error unproven(const Document& before, std::string_view why);

// What each kind of edit knows about itself. `after` is the document as both readers read the new bytes.
struct Proof {
  std::function<Status(const Document& after)> as_intended;
  std::function<Result<std::vector<Splice>>(const Document& after)> again;  // must have nothing to do
};

// Errors: not_proven.
[[nodiscard]] Result<Edit> seal(const Document& before, std::vector<Splice> splices, const Proof& proof);

}  // namespace nightlatch::manifest
