// The cluster's lock: who, since when; nightlatch.dev/lock/v1.
#pragma once

#include <optional>
#include <string>

#include "api/lease.hpp"
#include "report/out.hpp"

namespace nightlatch::report {

void write_lock(const std::optional<api::Lease>& lease, Out& out);
[[nodiscard]] std::string lock_json(const std::optional<api::Lease>& lease);

}  // namespace nightlatch::report
