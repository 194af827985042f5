// The window of a playbook, as spec.window states it.
#pragma once

#include "calendar/window.hpp"
#include "spec/section.hpp"
#include "util/result.hpp"

namespace nightlatch::spec {

// Of a checked document. Errors, with their places: bad_value, for a window without a zone, a time that ends
// before it begins, or a denied time of neither kind.
[[nodiscard]] Result<calendar::WindowRules> read_window(const Section& root);

}  // namespace nightlatch::spec
