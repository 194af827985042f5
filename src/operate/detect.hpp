// detect: judges how exposed every API server is, or one manifest offline.
#pragma once

#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/detect.hpp"

namespace nightlatch::operate {

// Reads every node that can be read, and asks its API server without credentials. Nodes that cannot be read
// are in the report. Error: the cluster is not known.
[[nodiscard]] Outcome<report::DetectReport> detect(Ports& ports, const cluster::Selection& selection);

// Paths of files that are judged offline, and the version that is used instead of the image's tag.
struct ManifestInput {
  std::string manifest;
  std::string authentication_config{};  // the file that the manifest's flag names; may be empty
  std::string kubernetes_version{};     // may be empty
};
// Errors: a file cannot be read; the version cannot be parsed. A manifest that cannot be judged is a finding
// in the report.
[[nodiscard]] Outcome<report::DetectReport> detect_manifest(const ManifestInput& input);

// 0 whatever was found, 7 where a node could not be read or judged, 2 where an input cannot be read.
// Offline, a manifest that cannot be read has the exit code of its error.
[[nodiscard]] Exit exit_of(const report::DetectReport& report);

}  // namespace nightlatch::operate
