// The time zones of this system (tzdata), as values. No variable of the environment is read or set for a zone
// that is named.
#pragma once

#include <string>

#include "calendar/zone.hpp"
#include "util/result.hpp"

namespace nightlatch::operate {

// With its offsets from two years before `around` until twelve years after it. Error: zone_unknown.
[[nodiscard]] Result<calendar::Zone> zone_named(const std::string& name, calendar::sys_seconds around);

// The zone of this workstation, for whoever reads; UTC where it cannot be told.
[[nodiscard]] calendar::Zone reader_zone(calendar::sys_seconds around);

}  // namespace nightlatch::operate
