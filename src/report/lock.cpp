#include "report/lock.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json.hpp"

namespace nightlatch::report {

void add_lock(const std::optional<api::Lease>& lease, Section& section) {
  bool held = lease && !lease->holder.empty();
  section.blocks.emplace_back(
      Paragraph{held ? fmt::format("lock held by {} for run {} since {}, renewed last at {}", lease->holder,
                                   lease->run, lease->acquired, lease->renewed)
                     : std::string("nobody holds the cluster's lock")});
  if (!lease || lease->broken.empty()) return;
  section.blocks.emplace_back(Finding{Grade::warning, 0, {}, lease->broken, {}, {}, {}});
}

Page page_of_lock(const std::optional<api::Lease>& lease) {
  Page page{"Lock of the cluster", {}};
  Section section;
  add_lock(lease, section);
  page.add(std::move(section));
  return page;
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
