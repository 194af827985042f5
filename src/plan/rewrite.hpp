// How one manifest is to be changed, or why it is not. Pure: `nightlatch rewrite` and the planner both call
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/exposure.hpp"
#include "access/version.hpp"
#include "manifest/api_server_pod.hpp"
#include "manifest/edit.hpp"
#include "plan/config_file.hpp"
#include "spec/playbook.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

struct RewriteRequest {
  std::string_view manifest;
  std::string file;  // the manifest's name, for messages
  const spec::Playbook& playbook;
  std::optional<access::Version> version;      // nullopt: the image's tag decides
  std::optional<std::string> existing_config;  // bytes of the file that --authentication-config names now
  std::optional<std::string> oidc_ca{};        // bytes of the file that --oidc-ca-file names
};

// What a person is to know beside the new manifest; `code` of plan/check_codes.hpp.
struct Note {
  int code = 0;
  std::string text;
};

struct Rewrite {
  bool changed = false;
  access::Version version;
  access::Exposure before;
  access::Exposure after;
  manifest::Edit edit;
  std::optional<ConfigFile> config;  // what the new manifest names; nullopt: none, or the present file stays
  std::optional<MovedOidc> moved_oidc;
  std::vector<std::string> opens;  // paths that are closed today, each to be shown by name (S15)
  manifest::ApiServerPod pod;      // as it was read, before the edit
  std::vector<Note> losses;  // what the kubelet or the cluster will no longer do; part of the notes, too
  std::vector<Note> notes;   // for a person: a grant that is needed, a gate to remove before 1.37
};

struct RewriteOutcome {
  std::optional<Rewrite> rewrite;  // set when there are no refusals
  std::vector<Error> refusals;     // all of them, not only the first
};

// Never throws. The refusals are of plan_rewrite_errors, manifest_errors and access_errors, each with the
// line and column of the manifest where it has one. A manifest that is already as intended is
// Rewrite::changed false.
[[nodiscard]] RewriteOutcome rewrite(const RewriteRequest& request);

// The settings that decide the exposure of this pod. `config`: bytes of the file that --authentication-config
// names; nullopt: it was not read.
[[nodiscard]] access::ExposureInputs exposure_inputs(const manifest::ApiServerPod& pod,
                                                     const access::Version& version,
                                                     std::optional<std::string> config);

// The version that was given, else the one in the image's tag; nullopt: neither is a version.
[[nodiscard]] std::optional<access::Version> version_of(const manifest::ApiServerPod& pod,
                                                        const std::optional<access::Version>& given);

}  // namespace nightlatch::plan
