// Error codes of this room: why a manifest is not read, judged or edited.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::manifest_errors {

// Unreadable: the kubelet cannot read these bytes either.
inline constexpr ErrorCode not_yaml{1301, Exit::usage, "a manifest is not YAML",
                                    "correct the file at the place shown"};
inline constexpr ErrorCode not_json{
    1302, Exit::usage, "a manifest that begins with { is not JSON",
    "correct the file at the place shown: the kubelet reads a file that begins with { as strict JSON"};
inline constexpr ErrorCode not_text{1303, Exit::usage, "a manifest is not UTF-8 text",
                                    "check that the file is a static pod manifest"};
inline constexpr ErrorCode tab_indentation{
    1304, Exit::usage, "a line of a manifest is indented with a tab",
    "indent the line with spaces: YAML forbids the tab, so the kubelet cannot read the file"};

// Readable, but not something that can be judged or edited safely.
inline constexpr ErrorCode several_documents{
    1310, Exit::refused, "a file has several YAML documents",
    "keep one document: the kubelet uses the first and ignores the others"};
inline constexpr ErrorCode duplicate_key{1311, Exit::refused, "a key is written twice in one mapping",
                                         "remove the one that is not wanted: the kubelet uses the last"};
inline constexpr ErrorCode yaml_directive{1312, Exit::refused, "a YAML directive stands before the document",
                                          "remove the line that begins with %"};
inline constexpr ErrorCode readers_disagree{
    1313, Exit::refused, "two YAML readers read a file differently",
    "write the value at the place shown in a simpler way, in quotes on one line, then try again"};
inline constexpr ErrorCode too_deep{1314, Exit::refused,
                                    "a file is nested too deeply or expands to too many values",
                                    "check that the file is a static pod manifest"};
inline constexpr ErrorCode not_a_pod{
    1315, Exit::refused, "a manifest is not a Pod",
    "give the manifest of the kube-apiserver pod; with kubeadm it is "
    "/etc/kubernetes/manifests/kube-apiserver.yaml on each control-plane node"};
inline constexpr ErrorCode wrong_shape{1316, Exit::refused,
                                       "a field of the pod has a type that the kubelet refuses",
                                       "correct the field at the place shown: the kubelet refuses this pod"};
inline constexpr ErrorCode no_api_server{
    1317, Exit::refused, "no container of the pod runs kube-apiserver",
    "give the manifest of the kube-apiserver pod; with kubeadm it is "
    "/etc/kubernetes/manifests/kube-apiserver.yaml on each control-plane node"};
inline constexpr ErrorCode several_api_servers{1318, Exit::refused,
                                               "several containers of the pod run kube-apiserver",
                                               "keep one kube-apiserver container in the manifest"};
inline constexpr ErrorCode indirection{
    1319, Exit::refused, "an anchor, alias, merge key or tag stands where nightlatch would edit",
    "write the value itself at the place shown, without anchor, alias, merge key and tag"};
inline constexpr ErrorCode shell_command{
    1320, Exit::refused, "a shell starts kube-apiserver",
    "start kube-apiserver without a shell: give the program and each flag as an item of the list command"};
inline constexpr ErrorCode unknown_wrapper{
    1321, Exit::refused, "a program that nightlatch does not know starts kube-apiserver",
    "start kube-apiserver directly, or through go-runner, tini or dumb-init"};
inline constexpr ErrorCode hidden_by_variable{1322, Exit::refused,
                                              "a $(VARIABLE) may contain a flag or decide its value",
                                              "write the value into the manifest in place of the variable"};

// Command lines with which kube-apiserver would not start.
inline constexpr ErrorCode terminator{1330, Exit::refused, "an item -- of the command line ends the flags",
                                      "remove the item --"};
inline constexpr ErrorCode stray_word{1331, Exit::refused, "an item of the command line belongs to no flag",
                                      "join it to its flag with =, or remove it"};
inline constexpr ErrorCode bad_flag{1332, Exit::refused, "kube-apiserver refuses the way a flag is written",
                                    "correct the flag at the place shown"};
inline constexpr ErrorCode bad_bool{1333, Exit::refused, "a flag that takes true or false has another value",
                                    "write true or false"};
inline constexpr ErrorCode ambiguous_flag{1334, Exit::refused,
                                          "the item after a flag may be its value or a flag of its own",
                                          "join the flag and its value with ="};

// Edits.
inline constexpr ErrorCode pod_uid{
    1340, Exit::refused, "metadata.uid is set, so the kubelet would not restart the pod",
    "remove metadata.uid from the manifest, or from the program that writes the manifest"};
inline constexpr ErrorCode volume_conflict{
    1341, Exit::refused, "a volume or mount already uses the name or the path that nightlatch needs",
    "set another spec.authenticationConfig.directory in the playbook"};
inline constexpr ErrorCode layout{1342, Exit::refused,
                                  "a file is written in a way that cannot be edited byte for byte",
                                  "write the list with one item on each line, then try again"};
inline constexpr ErrorCode not_proven{
    1343, Exit::refused, "nightlatch could not prove that its edit is correct",
    "nothing was changed; please report this message with the manifest, its secrets removed"};

inline constexpr ErrorCode not_reversible{
    1344, Exit::refused, "what a run wrote into a manifest was changed since",
    "compare the manifest with what the run found and wrote (nightlatch history RUN), and take the change "
    "back by hand"};

inline constexpr std::array all{not_yaml,
                                not_json,
                                not_text,
                                tab_indentation,
                                several_documents,
                                duplicate_key,
                                yaml_directive,
                                readers_disagree,
                                too_deep,
                                not_a_pod,
                                wrong_shape,
                                no_api_server,
                                several_api_servers,
                                indirection,
                                shell_command,
                                unknown_wrapper,
                                hidden_by_variable,
                                terminator,
                                stray_word,
                                bad_flag,
                                bad_bool,
                                ambiguous_flag,
                                pod_uid,
                                volume_conflict,
                                layout,
                                not_proven,
                                not_reversible};

}  // namespace nightlatch::manifest_errors
