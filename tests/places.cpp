#include "places.hpp"

namespace nightlatch {

std::filesystem::path source_directory() {
  return NIGHTLATCH_SOURCE_DIR;
}

std::filesystem::path golden_directory() {
  return source_directory() / "tests/golden";
}

std::filesystem::path program() {
  return NIGHTLATCH_BINARY;
}

}  // namespace nightlatch
