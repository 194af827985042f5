// What was read from a control-plane node. Values only: nothing is inferred.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nightlatch::facts {

struct FileFacts {
  std::string path;
  std::string owner;   // uid:gid, numeric
  std::string mode;    // octal, "600"
  std::string sha256;  // hex; empty: the file does not exist
  std::string bytes;   // at most 1 MiB; empty when only the hash was read

  bool operator==(const FileFacts&) const = default;
};

// The kube-apiserver pod as the node's container runtime reports it, without the API.
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
  // Equal for one incarnation of the pod and different after a restart: sandbox and container, or process id
  // and start time where no runtime tool answers.
  [[nodiscard]] std::string identity() const;
};

// A run that has a directory on the node.
struct NodeRun {
  std::string run;
  std::string step;
  std::string time;  // of the state file, UTC
  std::string
      note;  // "not-gated": the guard restored without a run; "not-running": and kube-apiserver does not run

  bool operator==(const NodeRun&) const = default;
};

// The guard that is armed on the node: it restores the old manifest unless its run is confirmed in time.
struct Guard {
  std::string run;
  std::int64_t seconds_left = 0;  // until it restores; negative: overdue, or the node was started again

  bool operator==(const Guard&) const = default;
};

// A patch file that kubeadm applies to the API server's manifest when --patches names its directory.
struct KubeadmPatch {
  std::string path;
  // The settings that it names: anonymous-auth, authentication-config, oidc; command: it replaces the whole
  // command line.
  std::vector<std::string> names;

  bool operator==(const KubeadmPatch&) const = default;
};

// Configuration management that cron or a timer starts.
struct ConfigJob {
  std::string name;     // puppet, ansible, chef, cinc, salt, cfengine
  std::string starter;  // a file of cron by its path, or the name of a timer

  bool operator==(const ConfigJob&) const = default;
};

// A file that the manifest names, as the node tells it without its content.
struct InputFile {
  std::string path;
  std::int64_t changed = 0;  // when its bytes or its place last changed, in seconds since 1970; 0: not known
  std::vector<std::string>
      pem;  // the labels of its whole PEM blocks, in order; "broken": one that is not whole
  std::optional<std::string> yaml;  // of the few kinds that hold no secret: at most 256 KiB of its text

  bool operator==(const InputFile&) const = default;
};

// What would keep a swap from replacing the manifest by a rename.
struct Obstacle {
  std::string kind;  // immutable, append-only, link, mount, read-only, other-file-system, no-space,
                     // no-inodes, unknown
  std::string path;  // of the file or directory that is in the way
  std::string why;   // what follows the path in a sentence: "has the immutable attribute"

  bool operator==(const Obstacle&) const = default;
};

struct NodeFacts {
  std::string name;  // the inventory's
  std::string host;
  std::string hostname;
  std::string machine_id;
  std::string boot_id;
  std::string host_key;                      // SHA256:…
  std::vector<std::string> addresses;        // of its interfaces, canonical, without loopback addresses
  std::string static_pod_path;               // of the kubelet's configuration
  std::string manifest_path;                 // the one kube-apiserver manifest; empty: none
  std::vector<std::string> other_manifests;  // further non-dot files there whose pod is a kube-apiserver
  std::vector<std::string> stray_files;      // other non-dot regular files there that no kubeadm host has
  FileFacts manifest;
  std::optional<Obstacle> obstacle;  // the first that was found; nullopt: a swap can replace the manifest
  std::optional<FileFacts>
      authentication_config;               // that --authentication-config names; nullopt: no such flag
  std::optional<FileFacts> oidc_ca;        // that --oidc-ca-file names; nullopt: no such flag
  std::optional<FileFacts> asked_file;     // that the caller asked for
  std::vector<InputFile> inputs;           // the regular files that the manifest names
  std::vector<FileFacts> certificates;     // that the manifest names: path and PEM text, never a key
  std::vector<std::string> missing_paths;  // absolute paths written in the manifest, not on the node
  std::string ca_path;       // that --client-ca-file names; without the flag /etc/kubernetes/pki/ca.crt
  std::set<std::string> ca;  // SHA-256 of each certificate in it (DER), hex; empty: missing or damaged
  std::vector<std::string> running_argv;  // of the kube-apiserver process; empty: not running
  std::int64_t process_began = 0;  // when that process was started, in seconds since 1970; 0: not known
  PodView pod;
  std::string runtime_tool;         // crictl, ctr or proc
  std::vector<std::string> images;  // of the container runtime, by tag and digest; empty: no tool listed them
  bool systemd = false;
  bool kubelet_running = false;
  bool kubeadm_running = false;
  bool etcd_running = false;
  std::vector<std::string> config_agents;  // puppet, chef, cinc, salt, cfengine: those whose agent runs
  std::vector<ConfigJob> config_jobs;      // those that root's cron or a timer starts
  std::string reboot_required;  // the path of the file that asks for a restart; empty: none is there
  bool kured_running = false;   // a process of root that restarts nodes with such a file
  std::vector<std::string> foreign_owners;  // paths of RKE2, k3s, Talos … that exist
  std::uint64_t free_bytes = 0;             // on the file system of /etc/kubernetes
  std::int64_t clock = 0;                   // seconds since the epoch, on the node
  std::vector<NodeRun> runs;                // newest first
  std::optional<Guard> guard;               // nullopt: no guard is armed
  std::string plan_run;                    // the run in the node's state file; empty: none, or it has no plan
  std::string plan;                        // plan.json of that run, so that any workstation can undo it
  std::string manifest_backup;             // what that run found in the manifest; at most 1 MiB
  std::vector<std::string> missing_tools;  // that the node's script needs
  std::vector<KubeadmPatch> kubeadm_patches;
  std::vector<std::string> unknown_keys;  // of the script's reply: read by nobody, and told to a person

  bool operator==(const NodeFacts&) const = default;
};

}  // namespace nightlatch::facts
