// Where the tree and the program lie. Only places.cpp knows, so that every other test compiles alike wherever
// it is.
#pragma once

#include <filesystem>

namespace nightlatch {

[[nodiscard]] std::filesystem::path source_directory();
[[nodiscard]] std::filesystem::path golden_directory();  // tests/golden
[[nodiscard]] std::filesystem::path program();           // the nightlatch of this build

}  // namespace nightlatch
