// `nightlatch detect`: the exposure of every node; nightlatch.dev/detect/v1.
#pragma once

#include <string>
#include <vector>

#include "plan/detection.hpp"
#include "report/out.hpp"

namespace nightlatch::report {

// The first line of every screen about a cluster (S9).
struct ClusterHeader {
  std::string name;
  std::string endpoint;
  std::string uid;  // of kube-system; empty: not read
};
void write_header(Out& out, const ClusterHeader& header, std::string_view about);
void write_finding(Out& out, const Error& error);

struct DetectReport {
  ClusterHeader cluster;  // name empty: one manifest, offline
  std::vector<plan::NodeDetection> nodes;
  std::vector<Error> findings;  // of the cluster as a whole: drift
  std::vector<Error> unread;    // nodes and API that could not be read
  std::string suggested_playbook = "health-only";
};

void write_text(const DetectReport& report, Out& out);
[[nodiscard]] std::string detect_json(const DetectReport& report);

}  // namespace nightlatch::report
