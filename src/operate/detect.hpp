// detect: how exposed every API server is; or one manifest, offline.
#pragma once

#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/detect.hpp"

namespace nightlatch::operate {

// Reads every node that can be read, and asks its API server without credentials.
[[nodiscard]] Outcome<report::DetectReport> detect(Ports& ports, const cluster::Selection& selection);

// What is judged offline: files, and the version where the image's tag is not to decide.
struct ManifestInput {
  std::string manifest;
  std::string authentication_config{};  // what the manifest's own flag names; may be empty
  std::string kubernetes_version{};     // may be empty
};
[[nodiscard]] Outcome<report::DetectReport> detect_manifest(const ManifestInput& input);

// Findings do not count. 7: something could not be seen or judged. A manifest that cannot be read, offline,
// has the exit code of its error.
[[nodiscard]] Exit exit_of(const report::DetectReport& report);

}  // namespace nightlatch::operate
