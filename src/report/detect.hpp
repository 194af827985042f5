// `nightlatch detect`: the exposure of every node; nightlatch.dev/detect/v1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/detection.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

// The first line of every screen about a cluster (S9).
struct ClusterHeader {
  std::string name;
  std::string endpoint;
  std::string uid;  // of kube-system; empty: not read
};
[[nodiscard]] Headline headline_of(const ClusterHeader& header, std::string_view about);

struct DetectReport {
  ClusterHeader cluster;   // name empty: one manifest, offline
  std::string manifest{};  // offline: the file that was judged, as it was named
  std::vector<plan::NodeDetection> nodes;
  std::vector<Error> findings;  // of the cluster as a whole: drift
  std::vector<Error> unread;    // nodes and API that could not be read
  std::string suggested_playbook = "health-only";
  std::string options{};           // of `nightlatch rewrite`, offline: with a blank before each
  std::optional<Error> refusal{};  // why that command would be refused; then it is not named
  bool has_it_already = false;     // that command would change nothing
};

[[nodiscard]] Page page_of(const DetectReport& report);
[[nodiscard]] std::string detect_json(const DetectReport& report);

}  // namespace nightlatch::report
