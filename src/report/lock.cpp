#include "report/lock.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json.hpp"

namespace nightlatch::report {

void write_lock(const std::optional<api::Lease>& lease, Out& out) {
  bool held = lease && !lease->holder.empty();
  if (held) {
    out.line(fmt::format("lock held by {} for run {} since {}, renewed last at {}", lease->holder, lease->run,
                         lease->acquired, lease->renewed));
  } else {
    out.line("nobody holds the cluster's lock");
  }
  if (lease && !lease->broken.empty()) write_hanging(out, "!  ", lease->broken, Color::yellow);
}

std::string lock_json(const std::optional<api::Lease>& lease) {
  api::Lease shown = lease.value_or(api::Lease{});
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/lock/v1";
  json["held"] = !shown.holder.empty();
  json["holder"] = shown.holder;
  json["run"] = shown.run;
  json["since"] = shown.acquired;
  json["renewed"] = shown.renewed;
  json["broken"] = shown.broken;
  return dump(json);
}

}  // namespace nightlatch::report
