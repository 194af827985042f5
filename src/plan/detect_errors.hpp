// Findings of `nightlatch detect`: 21xx. A finding is not a failure: `detect` ends with an exit code other
// than 0 only where a node cannot be read or judged.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::plan_detect_errors {

inline constexpr ErrorCode not_judged{
    2101, Exit::coverage, "the exposure of an API server is not known",
    "give the version or the file that the message names",
    "An API server that is not judged may be open to everybody who reaches its port."};
inline constexpr ErrorCode will_not_start{
    2102, Exit::findings, "kube-apiserver would refuse this configuration",
    "correct the setting that the message names before the next restart",
    "The running process keeps its old configuration; the next restart, of the pod or of the machine, ends "
    "it."};
inline constexpr ErrorCode answers_differ{
    2103, Exit::findings, "an API server does not answer as its manifest says",
    "compare the arguments of the running process with the manifest: a change may not have taken effect",
    "The manifest does not show what the API server does now, and misleads whoever reads it."};
inline constexpr ErrorCode drift{
    2104, Exit::findings, "API servers of one cluster differ",
    "make them equal: nightlatch plan -p health-only, or with a playbook of your own",
    "The answer to a client depends on the node that the load balancer chooses, and the most open node "
    "decides what is exposed."};
inline constexpr ErrorCode second_manifest{
    2105, Exit::findings, "several manifests hold a kube-apiserver pod",
    "move the copy out of the directory: the kubelet reads every file in it whose name does not begin with a "
    "dot",
    "The kubelet runs only one of the pods, and may switch between them."};
inline constexpr ErrorCode pending_change{
    2106, Exit::findings, "the running arguments differ from the manifest",
    "find out who changed the manifest and why the pod was not restarted",
    "The next restart brings a change that nobody expects at that moment."};
inline constexpr ErrorCode probe_refused{
    2107, Exit::findings, "kube-apiserver answers a probe of the kubelet with 401",
    "open the probe's path: nightlatch plan -p health-only",
    "The kubelet takes a 401 for a failure and restarts the API server again and again."};
inline constexpr ErrorCode no_manifest{
    2108, Exit::coverage, "a node has no kube-apiserver manifest",
    "check that it is a control-plane node that runs kube-apiserver as a static pod",
    "Without a manifest there is nothing to judge or to change on this node."};
inline constexpr ErrorCode upgrade_stops{2109, Exit::findings,
                                         "kube-apiserver starts today and would not start after an upgrade",
                                         "correct it before the upgrade: nightlatch plan -p health-only",
                                         "The upgrade would end with an API server that does not come back."};
inline constexpr ErrorCode not_loaded{2110, Exit::findings,
                                      "an API server uses another configuration than the file on the node",
                                      "look into its log: while it runs, kube-apiserver keeps the old "
                                      "configuration when the changed file is invalid",
                                      "kube-apiserver keeps the old configuration when the changed file is "
                                      "invalid, and would not start with it."};
inline constexpr ErrorCode expression_unjudged{
    2111, Exit::findings, "a CEL expression of the configuration file was not judged",
    "nothing, while the API server runs with this file; test a changed expression before the next restart",
    "kube-apiserver compiles the expression when it starts, and exits where it finds a mistake."};
inline constexpr ErrorCode not_asked{
    2112, Exit::findings,
    "another machine may answer where a node's API server is asked, so it was not asked",
    "set --advertise-address to an address that stays on the node",
    "What another API server answers says nothing about this one."};
inline constexpr ErrorCode always_allow{
    2113, Exit::findings, "the mode AlwaysAllow authorizes every request",
    "grant your users and controllers what they need by RBAC, then set --authorization-mode=Node,RBAC",
    "Whoever has any credential, a ServiceAccount's token as well, may read every Secret and change every "
    "object."};
inline constexpr ErrorCode of_product{2114, Exit::findings,
                                      "a product writes the manifest or starts kube-apiserver itself",
                                      "change the setting of the product that the message names",
                                      "A change of the manifest would be undone, or there is no manifest: "
                                      "what is let in is set in the product."};
inline constexpr ErrorCode kubeadm_drift{
    2120, Exit::findings, "kubeadm would write other flags than the ones an API server has",
    "put the flags into the ConfigMap kubeadm-config; nightlatch "
    "rewrite MANIFEST -p PLAYBOOK --kubeadm-config FILE "
    "makes its new content",
    "kubeadm upgrade writes the manifest from the ConfigMap kubeadm-config, and so brings its flags back."};

inline constexpr ErrorCode kubeadm_patch{
    2121, Exit::findings, "a kubeadm patch names a setting that decides who is let in",
    "remove the setting from the patch, and put it into the ConfigMap kubeadm-config where it is wanted",
    "kubeadm applies the patch to every manifest that it writes, whatever the ConfigMap says."};

inline constexpr std::array all{not_judged,      will_not_start, answers_differ,      drift,
                                second_manifest, pending_change, probe_refused,       no_manifest,
                                upgrade_stops,   not_loaded,     expression_unjudged, kubeadm_drift,
                                kubeadm_patch,   not_asked,      always_allow,        of_product};

}  // namespace nightlatch::plan_detect_errors
