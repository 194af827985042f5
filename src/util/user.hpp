// Who runs this process, by the machine's user database.
#pragma once

#include <string>

namespace nightlatch {

// Where the machine does not know the user: "" and "/".
[[nodiscard]] std::string login_name();
[[nodiscard]] std::string home_directory();

}  // namespace nightlatch
