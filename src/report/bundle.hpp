// The bundle of a run as it was written: nightlatch.dev/bundle/v1.
#pragma once

#include <string>
#include <vector>

#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

struct BundleReport {
  std::string run;
  std::string file;
  std::string sha256{};              // of the file
  std::vector<std::string> files{};  // in it
  bool is_signed = false;
};

[[nodiscard]] Page page_of(const BundleReport& report);
[[nodiscard]] std::string bundle_json(const BundleReport& report);

}  // namespace nightlatch::report
