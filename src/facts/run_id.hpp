// The id of a run: 20261122T0114-7f3a.
#pragma once

#include <string_view>

namespace nightlatch::facts {

// Whether `text` can be the id of a run: a plain word of at most 64 characters, which needs no quotes in a
// shell and is one component of a path. Ids that nodes report stand in commands that people paste.
[[nodiscard]] constexpr bool is_run_id(std::string_view text) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 64 && text.front() != '.' && text.front() != '-' &&
         text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace nightlatch::facts
