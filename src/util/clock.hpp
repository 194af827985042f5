// The two clocks, in one place, so that a test can check which rooms read one.
#pragma once

#include <chrono>

namespace nightlatch {

[[nodiscard]] inline std::chrono::system_clock::time_point wall_clock() {
  return std::chrono::system_clock::now();
}

// Milliseconds of a clock that never goes back.
[[nodiscard]] inline std::chrono::milliseconds monotonic_clock() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace nightlatch
