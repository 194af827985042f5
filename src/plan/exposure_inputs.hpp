// What decides how exposed a pod's API server is: its version and its settings, for access::judge. Pure.
#pragma once

#include <optional>
#include <string>

#include "access/exposure.hpp"
#include "access/version.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// The settings that decide the exposure of this pod, for access::judge. `config`: bytes of the file that
// --authentication-config names; nullopt: it was not read.
[[nodiscard]] access::ExposureInputs exposure_inputs(const manifest::ApiServerPod& pod,
                                                     const access::Version& version,
                                                     std::optional<std::string> config);

// The version that was given, else the one in the image's tag; nullopt: neither is a version.
[[nodiscard]] std::optional<access::Version> version_of(const manifest::ApiServerPod& pod,
                                                        const std::optional<access::Version>& given);

// version_out_of_range: why access::judged_as gives nothing for this version, and what a person may do about
// it.
[[nodiscard]] Error not_known(const access::Version& version);

// Writes a version newer than those known into Plan::accepted.versions, and adds the warning
// version_accepted. All nodes run that minor, and it was accepted: see access::judged_as.
void record_version(const std::string& version, Plan& plan);

}  // namespace nightlatch::plan
