// How exposed each API server is, and what `nightlatch detect` finds wrong with it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/exposure.hpp"
#include "access/version.hpp"
#include "facts/node_facts.hpp"
#include "facts/probe.hpp"
#include "manifest/api_server_pod.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

struct NodeDetection {
  std::string name;
  std::string version;         // "1.34.4"; empty: not known
  std::string owner;           // the product that writes the manifest: "kubeadm", "RKE2"; empty: not known
  std::string anonymous_auth;  // of --anonymous-auth: "unset (on)", "false", "true", "true (bare)"
  std::string config_path;     // of --authentication-config; empty: unset
  std::string config_sha256;   // of that file on the node; empty: it is missing or was not read
  access::Exposure exposure;
  std::int64_t restarts = 0;
  std::vector<facts::Seen> asked;             // answers to detect_questions(), when the API server was asked
  std::vector<Error> findings;                // of plan_detect_errors, or why the manifest cannot be read
  std::optional<manifest::ApiServerPod> pod;  // nullopt: there is no manifest, or it cannot be read
};

struct ManifestToJudge {
  std::string name;
  std::string_view bytes;
  std::string file;                        // for messages
  std::optional<std::string> config;       // bytes of the file that --authentication-config names
  std::optional<access::Version> version;  // nullopt: the image's tag decides
  std::int64_t restarts = 0;               // of the running API server, when it is known
};

// Judges one manifest. Never fails: a manifest that cannot be read or judged has that as its finding, and
// the exposure unknown. Findings: manifest_errors, which mean that the manifest cannot be read, or, with the
// exposure will_not_start, that its command line is wrong; not_judged; always_allow; will_not_start;
// upgrade_stops, where a later version would refuse the settings; probe_refused; of_product, the first, where
// a product writes the manifest or the bytes are its own file, unless closed or restricted.
[[nodiscard]] NodeDetection detect(const ManifestToJudge& manifest);
// The same for the manifest of a node, with findings about the node: no_manifest; second_manifest;
// pending_change, where the process runs with other arguments than the manifest names; kubeadm_patch.
[[nodiscard]] NodeDetection detect(const facts::NodeFacts& facts);

// GET /livez, /version and /api without credentials. The answers show whether the API server does what its
// manifest says.
[[nodiscard]] std::vector<facts::Expectation> detect_questions();
// Keeps the answers in NodeDetection::asked, and adds answers_differ for the first one that contradicts the
// exposure: 401 on an open path, or another status on a closed path. Status 0 (no answer) contradicts
// nothing, and neither does any answer where the exposure is unknown or the API server would not start.
void compare_answers(NodeDetection& node, std::vector<facts::Seen> asked);

// Adds not_loaded where the running process uses another configuration than the file on the node. `loaded`:
// "sha256:<64 hex digits>" from /metrics of the process; empty: unknown, as with kube-apiserver before 1.34.
// Adds nothing where `loaded` or the hash of the file is unknown.
void compare_loaded(NodeDetection& node, std::string_view loaded);

// One finding (drift) that names the nodes that differ from the largest group of equal nodes in version,
// exposure, the flags that decide who is let in, or the configuration file; none when all are equal. `nodes`
// may be empty.
[[nodiscard]] std::vector<Error> find_drift(const std::vector<NodeDetection>& nodes);

}  // namespace nightlatch::plan
