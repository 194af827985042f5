// The edit of an AuthenticationConfiguration that somebody wrote: its anonymous section becomes the intended
// one, an authenticator is added to jwt. What stands there stays: jwt, comments, order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/edit.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

struct AuthenticationIntent {
  std::vector<std::string> paths;  // open without credentials, sorted; never empty
  std::string jwt_item;            // block style, "- issuer: ..."; empty: none is added
};

// Proven as every edit: both readers read the new bytes alike, the rest is the old tree, editing again yields
// nothing (an item is added once), the inverse splices give the old bytes.
[[nodiscard]] Result<Edit> edit_authentication_config(std::string_view bytes, std::string_view file,
                                                      const AuthenticationIntent& intent);

}  // namespace nightlatch::manifest
