// Reads the objects of RBAC from what kubectl or the API prints.
#pragma once

#include <string>
#include <string_view>

#include "rbac/objects.hpp"
#include "util/result.hpp"

namespace nightlatch::rbac {

// Adds what `bytes` holds (rbac/documents.hpp) to `objects`. Objects of other kinds are counted and left out;
// an object that is there already, the same in every field, is taken once. Unknown fields are ignored.
// Errors, with their place in `file`: not_readable, wrong_type, two_versions.
[[nodiscard]] Status read_objects(std::string_view bytes, const std::string& file, Objects& objects);

// The same for one whole input. Error also: no_objects, when there is none of the four kinds.
[[nodiscard]] Result<Objects> read_objects(std::string_view bytes, const std::string& file);

}  // namespace nightlatch::rbac
