#include "report/exposure_text.hpp"

#include <fmt/format.h>

#include "util/text.hpp"

namespace nightlatch::report {

using access::ExposureState;

std::string state_word(const access::Exposure& exposure) {
  if (exposure.state == ExposureState::will_not_start) return "will not start";
  return std::string(access::name(exposure.state));
}

std::string describe(const access::Exposure& exposure) {
  if (exposure.state != ExposureState::restricted) return state_word(exposure);
  return fmt::format("only {}", join(exposure.paths, " "));
}

Tone tone_of(const access::Exposure& exposure) {
  switch (exposure.state) {
    case ExposureState::open:
    case ExposureState::will_not_start:
      return Tone::bad;
    case ExposureState::unknown:
      return Tone::warning;
    case ExposureState::restricted:
    case ExposureState::closed:
      break;
  }
  return Tone::ok;
}

std::string count(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

}  // namespace nightlatch::report
