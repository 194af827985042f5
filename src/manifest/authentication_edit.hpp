// The edit of an AuthenticationConfiguration that a person or another tool wrote: its anonymous section
// becomes the intended one, and an authenticator is added to jwt. Other sections, comments and their order
// stay.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/edit.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// The change that an edit is to make.
struct AuthenticationIntent {
  std::vector<std::string> paths;  // open without credentials, sorted; empty: every path is
  std::string jwt_item{};          // as access::render_jwt_item writes it; empty: none is added
};

// Proven as manifest/edit.hpp says; "editing again" leaves the authenticator out, which would be added again.
// `file` is for messages. Errors: those of Document::read; indirection; layout; not_proven.
[[nodiscard]] Result<Edit> edit_authentication_config(std::string_view bytes, std::string_view file,
                                                      const AuthenticationIntent& intent);

}  // namespace nightlatch::manifest
