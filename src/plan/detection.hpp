// How exposed each API server is, and what is wrong with it: the judgement behind `nightlatch detect`. Pure.
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
  std::string owner;           // "kubeadm", "RKE2", …; empty: the manifest does not say
  std::string anonymous_auth;  // as it is set: "unset (on)", "false", "true"
  std::string config_path;     // of --authentication-config; empty: unset
  std::string config_sha256;   // of that file on the node; empty: not there, or not read
  access::Exposure exposure;
  std::int64_t restarts = 0;
  std::vector<facts::Seen> asked;  // without credentials, when somebody asked
  std::vector<Error> findings;     // plan_detect_errors, or why the manifest cannot be read
  std::optional<manifest::ApiServerPod> pod;
};

struct ManifestToJudge {
  std::string name;
  std::string_view bytes;
  std::string file;                        // for messages
  std::optional<std::string> config;       // bytes of the file that --authentication-config names
  std::optional<access::Version> version;  // nullopt: the image's tag decides
  std::int64_t restarts = 0;               // of the running API server, when it is known
};

[[nodiscard]] NodeDetection detect(const ManifestToJudge& manifest);
[[nodiscard]] NodeDetection detect(const facts::NodeFacts& facts);

// What is asked without credentials to see whether the answers fit the manifest.
[[nodiscard]] std::vector<facts::Expectation> detect_questions();
// Keeps the answers, and finds those that contradict the exposure.
void compare_answers(NodeDetection& node, std::vector<facts::Seen> asked);

// Which configuration the running process says it has loaded ("sha256:..."; empty: it does not say, as before
// 1.34): a finding where it is not the file that lies on the node.
void compare_loaded(NodeDetection& node, std::string_view loaded);

// Nodes that are not as most others: version, exposure, and the flags and the file that decide who comes in.
[[nodiscard]] std::vector<Error> find_drift(const std::vector<NodeDetection>& nodes);

}  // namespace nightlatch::plan
