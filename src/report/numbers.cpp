#include "report/numbers.hpp"

#include <fmt/format.h>

namespace nightlatch::report {

std::string thousands(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

}  // namespace nightlatch::report
