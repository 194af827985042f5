// What was read from a control-plane node; nothing inferred.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nightlatch::facts {

struct FileFacts {
  std::string path;
  std::string owner;  // uid:gid, numeric
  std::string mode;   // octal, "600"
  std::string sha256;
  std::string bytes;  // empty when only the hash was asked for
};

// The kube-apiserver pod as the node's runtime sees it, without the API.
struct PodView {
  std::string sandbox;             // CRI sandbox id; empty when no runtime tool answered
  std::string config_hash;         // kubernetes.io/config.hash of the sandbox = the static pod's UID
  std::string container;           // id of the newest kube-apiserver container
  std::int64_t restarts = 0;       // the container's attempt number
  bool running = false;            // that container runs
  std::int64_t pid = 0;            // of the kube-apiserver process, from /proc; 0: none
  std::int64_t process_start = 0;  // its start time in clock ticks since boot, from /proc/PID/stat
  std::optional<int> exit_code;    // of the newest container, when it has ended

  bool operator==(const PodView&) const = default;
  // The same incarnation: sandbox (or pid and start time where no tool answers) and container.
  [[nodiscard]] std::string identity() const;
};

// A run's directory on the node.
struct NodeRun {
  std::string run;
  std::string step;
  std::string time;  // of the state file, UTC
  std::string note;  // "not-gated": the guard restored alone; "not-running": and the API server does not run
};

// Puts the manifest back unless its run is confirmed in time.
struct Guard {
  std::string run;
  std::int64_t seconds_left = 0;  // negative: overdue, or the machine was started again
};

// A file that kubeadm lays over the API server's manifest when it is told where it lies (--patches).
struct KubeadmPatch {
  std::string path;
  std::vector<std::string> names;  // of what decides who comes in: anonymous-auth, authentication-config,
                                   // oidc; command: it puts another command line in the place of kubeadm's
};

struct NodeFacts {
  std::string name;  // the inventory's
  std::string host;
  std::string hostname;
  std::string machine_id;
  std::string boot_id;
  std::string host_key;                      // SHA256:…
  std::vector<std::string> addresses;        // of its own interfaces, none of them a loopback's
  std::string static_pod_path;               // of the kubelet's configuration
  std::string manifest_path;                 // the one kube-apiserver manifest; empty: none
  std::vector<std::string> other_manifests;  // further non-dot files there whose pod is a kube-apiserver
  std::vector<std::string> stray_files;      // other non-dot regular files there that no kubeadm host has
  FileFacts manifest;
  std::optional<FileFacts> authentication_config;  // what the manifest's flag names, if it does
  std::optional<FileFacts> oidc_ca;                // what --oidc-ca-file names, if it does
  std::optional<FileFacts> asked_file;             // the one that was asked for; without a hash: not there
  std::vector<FileFacts> certificates;             // that the manifest names: path and PEM, never a key
  std::vector<std::string> missing_paths;          // absolute paths written in the manifest, not on the node
  std::string ca_sha256;                           // of /etc/kubernetes/pki/ca.crt
  std::vector<std::string> running_argv;           // of the kube-apiserver process; empty: not running
  PodView pod;
  std::string runtime_tool;         // crictl, ctr or proc
  std::vector<std::string> images;  // that the runtime has, by tag and digest; empty: no tool told
  bool systemd = false;
  bool kubelet_running = false;
  bool kubeadm_running = false;
  bool etcd_running = false;
  std::vector<std::string> config_agents;   // puppet, chef, cinc, salt: whose agent runs
  std::vector<std::string> foreign_owners;  // paths of RKE2, k3s, Talos … that were found
  std::uint64_t free_bytes = 0;             // on the file system of /etc/kubernetes
  std::int64_t clock = 0;                   // seconds since the epoch, on the node
  std::vector<NodeRun> runs;                // newest first
  std::optional<Guard> guard;               // armed now
  std::string plan_run;                    // the run in the node's state file; empty: none, or without a plan
  std::string plan;                        // its plan.json, so that any workstation can undo it
  std::vector<std::string> missing_tools;  // of those the node's script needs
  std::vector<KubeadmPatch> kubeadm_patches;
};

}  // namespace nightlatch::facts
