// How one manifest is to be changed, or why it is not. `nightlatch rewrite` and the planner both use it.
// Pure.
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

inline constexpr std::string_view what_always_allow_means =
    "whoever has any credential may do everything, and a path that a configuration file opens is open with "
    "every right";

struct RewriteRequest {
  std::string_view manifest;  // its bytes
  std::string file;           // its name, for messages
  const spec::Playbook& playbook;
  std::optional<access::Version> version;        // nullopt: the image's tag decides
  std::optional<std::string> existing_config;    // bytes of the file that --authentication-config names now
  std::optional<std::string> oidc_ca{};          // bytes of the file that --oidc-ca-file names
  std::vector<std::string> accepted_versions{};  // "1.38": newer than known, and judged like the newest known
};

// What a person must know about the change. `code` is a number of plan/check_codes.hpp.
struct Note {
  int code = 0;
  std::string text;
};

struct Rewrite {
  bool changed = false;
  access::Version version;  // whose rules decided: see access::judged_as
  access::Exposure before;
  access::Exposure after;
  manifest::Edit edit;
  std::optional<ConfigFile> config;  // that the new manifest names; nullopt: none, or the present file stays
  std::optional<std::string> config_read;  // bytes of the file that the API server will read; nullopt: none
  std::optional<MovedOidc> moved_oidc;     // nullopt: no --oidc-* flag moves into the configuration file
  std::vector<std::string> opens;          // closed paths that the change opens, each shown by name (S15)
  manifest::ApiServerPod pod;              // as it was read, before the edit
  std::vector<Note> losses;  // what the kubelet's probes will no longer detect, who else may write the
                             // manifest, and mounts that are left; the planner shows these only
  std::vector<Note> notes;  // the losses, and what to know or do: moved logins, a feature gate that ends
};

struct RewriteOutcome {
  std::optional<Rewrite> rewrite;  // set when there are no refusals
  std::vector<Error> refusals;     // all of them, not only the first
};

// Changes the manifest of kube-apiserver 1.30 to 1.37 as the playbook says. Access is widened only for paths
// that the playbook names (docs/safety.md, S15). Refusals are of plan_rewrite_errors, manifest_errors and
// access_errors, with the line and column of the manifest where they have one. Where the manifest is already
// as intended, Rewrite::changed is false.
[[nodiscard]] RewriteOutcome rewrite(const RewriteRequest& request);

}  // namespace nightlatch::plan
