// What a person has accepted although nightlatch would refuse it. Values only.
#pragma once

#include <string>
#include <vector>

namespace nightlatch::plan {

struct Accepted {
  std::vector<std::string> owners{};    // tools that manage a manifest, by --accept-owner (S12)
  std::vector<std::string> inputs{};    // files that the next start reads first, by --accept-input (S11)
  std::vector<std::string> versions{};  // minors that were never tested, "1.38", by --accept-version (S12)

  bool operator==(const Accepted&) const = default;
};

}  // namespace nightlatch::plan
