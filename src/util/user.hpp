// The user who runs this process, by the machine's user database.
#pragma once

#include <string>

namespace nightlatch {

// For a user that the database does not have: "" and "/".
[[nodiscard]] std::string login_name();
[[nodiscard]] std::string home_directory();

}  // namespace nightlatch
