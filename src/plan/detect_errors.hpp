// What `detect` finds: 21xx. A finding is not a failure: its exit code counts only where a node cannot be
// judged.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::plan_detect_errors {

inline constexpr ErrorCode not_judged{2101, Exit::coverage, "the exposure of an API server is not known",
                                      "give the version or the file that the message names"};
inline constexpr ErrorCode will_not_start{
    2102, Exit::findings, "kube-apiserver would refuse this configuration",
    "correct the setting that the message names before the next restart"};
inline constexpr ErrorCode answers_differ{
    2103, Exit::findings, "an API server does not answer as its manifest says",
    "compare the arguments of the running process with the manifest: a change may not have taken effect"};
inline constexpr ErrorCode drift{
    2104, Exit::findings, "API servers of one cluster differ",
    "make them equal: nightlatch plan -p health-only, or with a playbook of your own"};
inline constexpr ErrorCode second_manifest{
    2105, Exit::findings, "several manifests hold a kube-apiserver pod",
    "move the copy out of the directory: the kubelet runs the pod of every file in it"};
inline constexpr ErrorCode pending_change{
    2106, Exit::findings, "the running arguments differ from the manifest",
    "find out who changed the manifest and why the pod was not restarted"};
inline constexpr ErrorCode probe_refused{2107, Exit::findings,
                                         "kube-apiserver answers a probe of the kubelet with 401",
                                         "open the probe's path: nightlatch plan -p health-only"};
inline constexpr ErrorCode no_manifest{
    2108, Exit::coverage, "a node has no kube-apiserver manifest",
    "check that it is a control-plane node that runs kube-apiserver as a static pod"};
inline constexpr ErrorCode upgrade_stops{2109, Exit::findings,
                                         "kube-apiserver starts today and would not start after an upgrade",
                                         "correct it before the upgrade: nightlatch plan -p health-only"};
inline constexpr ErrorCode not_loaded{2110, Exit::findings,
                                      "an API server uses another configuration than the file on the node",
                                      "look into its log: while it runs, kube-apiserver keeps the old "
                                      "configuration when the changed file is invalid"};
inline constexpr ErrorCode kubeadm_drift{2120, Exit::findings,
                                         "kubeadm would write other flags than the ones an API server has",
                                         "put the flags into the ConfigMap kubeadm-config; nightlatch "
                                         "rewrite MANIFEST -p PLAYBOOK --kubeadm-config FILE "
                                         "makes its new content"};

inline constexpr ErrorCode kubeadm_patch{
    2121, Exit::findings, "a patch of kubeadm names a setting that decides who is let in",
    "remove the setting from the patch, and put it into the ConfigMap kubeadm-config where it is wanted"};

inline constexpr std::array all{not_judged,      will_not_start, answers_differ, drift,
                                second_manifest, pending_change, probe_refused,  no_manifest,
                                upgrade_stops,   not_loaded,     kubeadm_drift,  kubeadm_patch};

}  // namespace nightlatch::plan_detect_errors
