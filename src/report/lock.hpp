// The cluster's lock: who, since when; nightlatch.dev/lock/v1.
#pragma once

#include <optional>
#include <string>

#include "api/lease.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

void add_lock(const std::optional<api::Lease>& lease, Section& section);
[[nodiscard]] Page page_of_lock(const std::optional<api::Lease>& lease);
inline void write_lock(const std::optional<api::Lease>& lease, Out& out) {
  write_terminal(page_of_lock(lease), out);
}
[[nodiscard]] std::string lock_json(const std::optional<api::Lease>& lease);

}  // namespace nightlatch::report
