// What `detect` finds: 21xx. A finding is no failure: its exit counts only where a node cannot be judged.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::plan_detect_errors {

inline constexpr ErrorCode not_judged{2101, Exit::coverage, "the exposure of an API server is not known",
                                      "give what the message names"};
inline constexpr ErrorCode will_not_start{2102, Exit::findings,
                                          "kube-apiserver would refuse this configuration",
                                          "repair what the message names before the next restart"};
inline constexpr ErrorCode answers_differ{
    2103, Exit::findings, "an API server answers otherwise than its manifest says",
    "a change may not have taken effect: compare the running arguments"};
inline constexpr ErrorCode drift{2104, Exit::findings, "API servers of one cluster differ",
                                 "bring them to one state: nightlatch plan -p PLAYBOOK"};
inline constexpr ErrorCode second_manifest{
    2105, Exit::findings, "several manifests hold a kube-apiserver pod",
    "move the copy out of the directory: the kubelet runs every file in it"};
inline constexpr ErrorCode pending_change{2106, Exit::findings,
                                          "the running arguments differ from the manifest",
                                          "find out whose change is waiting"};
inline constexpr ErrorCode probe_refused{2107, Exit::findings, "a probe of the kubelet gets 401",
                                         "open the probe's path: nightlatch plan -p health-only"};
inline constexpr ErrorCode no_manifest{
    2108, Exit::coverage, "a node has no kube-apiserver manifest",
    "is it a control-plane node that runs kube-apiserver as a static pod?"};
inline constexpr ErrorCode upgrade_stops{2109, Exit::findings,
                                         "kube-apiserver starts today and would refuse this after an upgrade",
                                         "repair it before the upgrade: nightlatch plan -p health-only"};
inline constexpr ErrorCode not_loaded{
    2110, Exit::findings, "an API server has loaded another configuration file than lies on the node",
    "look at the file: kube-apiserver passes by a changed one that it cannot take over while it runs"};
inline constexpr ErrorCode kubeadm_drift{
    2120, Exit::findings, "kubeadm would write other flags than an API server has",
    "nightlatch rewrite MANIFEST -p PLAYBOOK --kubeadm-config FILE makes what the ConfigMap must say"};

inline constexpr ErrorCode kubeadm_patch{
    2121, Exit::findings, "a patch of kubeadm's names what decides who comes in",
    "take it out of the patch, and give the ConfigMap kubeadm-config what it is to say"};

inline constexpr std::array all{not_judged,      will_not_start, answers_differ, drift,
                                second_manifest, pending_change, probe_refused,  no_manifest,
                                upgrade_stops,   not_loaded,     kubeadm_drift,  kubeadm_patch};

}  // namespace nightlatch::plan_detect_errors
