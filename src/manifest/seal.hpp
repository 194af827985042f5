// The last step of every edit: the splices become bytes, and the bytes are proven before they are returned.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/edit.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// The error not_proven, with `why`. What cannot be proven is a defect of nightlatch or a file that is written
// in a way its code does not know; both are refused.
[[nodiscard]] Error unproven(const Document& before, std::string_view why);

// What each kind of edit checks itself. `after` is the document as both readers read the new bytes.
struct Proof {
  std::function<Status(const Document& after)> as_intended;                 // the change is the intended one
  std::function<Result<std::vector<Splice>>(const Document& after)> again;  // editing again: must be empty
};

// Applies the splices, which must be sorted and disjoint, and proves the result as manifest/edit.hpp says.
// Error: not_proven; an error of a reader on the new bytes becomes not_proven, since it is nightlatch's own
// defect.
[[nodiscard]] Result<Edit> seal(const Document& before, std::vector<Splice> splices, const Proof& proof);

}  // namespace nightlatch::manifest
