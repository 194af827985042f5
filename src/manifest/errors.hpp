// Error codes of this room.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::manifest_errors {

// Unreadable: the kubelet cannot read these bytes either.
inline constexpr ErrorCode not_yaml{1301, Exit::usage, "a manifest is not YAML",
                                    "repair the manifest at the place shown"};
inline constexpr ErrorCode not_json{1302, Exit::usage, "a manifest that begins with { is not JSON",
                                    "repair it: the kubelet reads a file that begins with { as strict JSON"};
inline constexpr ErrorCode not_text{1303, Exit::usage, "a manifest is not UTF-8 text",
                                    "check that this is a static pod manifest"};
inline constexpr ErrorCode tab_indentation{1304, Exit::usage, "a tab where the kubelet refuses one",
                                           "indent with spaces: the kubelet cannot read this file"};

// Readable, but not something that can be judged or edited safely.
inline constexpr ErrorCode several_documents{
    1310, Exit::refused, "a manifest with several YAML documents",
    "leave one document: the kubelet uses the first and drops the rest"};
inline constexpr ErrorCode duplicate_key{1311, Exit::refused, "a key stands twice in one mapping",
                                         "remove the one that is not meant: the kubelet takes the last"};
inline constexpr ErrorCode yaml_directive{1312, Exit::refused, "a YAML directive",
                                          "remove the line that begins with %"};
inline constexpr ErrorCode readers_disagree{1313, Exit::refused,
                                            "two YAML readers read a manifest differently",
                                            "write the place shown in a simpler way and try again"};
inline constexpr ErrorCode too_deep{1314, Exit::refused, "nesting or aliases beyond every sane manifest",
                                    "check that this is a static pod manifest"};
inline constexpr ErrorCode not_a_pod{1315, Exit::refused, "a manifest is not a Pod",
                                     "name the manifest of the kube-apiserver static pod"};
inline constexpr ErrorCode wrong_shape{1316, Exit::refused,
                                       "a field of the pod has another kind than Kubernetes wants",
                                       "repair the field: the kubelet refuses this pod"};
inline constexpr ErrorCode no_api_server{1317, Exit::refused, "no container of the pod runs kube-apiserver",
                                         "name the manifest of the kube-apiserver static pod"};
inline constexpr ErrorCode several_api_servers{1318, Exit::refused, "several containers run kube-apiserver",
                                               "nightlatch edits manifests with one API server"};
inline constexpr ErrorCode indirection{1319, Exit::refused,
                                       "an anchor, alias, merge key or tag where an edit would be",
                                       "write the value out in place"};
inline constexpr ErrorCode shell_command{1320, Exit::refused, "kube-apiserver is started through a shell",
                                         "give the command as a list of words, without a shell"};
inline constexpr ErrorCode unknown_wrapper{
    1321, Exit::refused, "kube-apiserver is started through an unknown program",
    "start kube-apiserver directly, or through go-runner, tini or dumb-init"};
inline constexpr ErrorCode hidden_by_variable{1322, Exit::refused, "a $(VARIABLE) may hide a flag",
                                              "write the flag out in the manifest"};

// Command lines with which kube-apiserver would not start.
inline constexpr ErrorCode terminator{1330, Exit::refused, "-- ends the flags", "remove the word --"};
inline constexpr ErrorCode stray_word{1331, Exit::refused, "a word that belongs to no flag",
                                      "join it to its flag with =, or remove it"};
inline constexpr ErrorCode bad_flag{1332, Exit::refused, "a flag that pflag refuses", "repair the flag"};
inline constexpr ErrorCode bad_bool{1333, Exit::refused, "a bool flag with a value that is no bool",
                                    "write true or false"};
inline constexpr ErrorCode ambiguous_flag{1334, Exit::refused,
                                          "a flag that may or may not take the next word",
                                          "join the flag and its value with ="};

// Edits.
inline constexpr ErrorCode pod_uid{
    1340, Exit::refused, "metadata.uid is set: the kubelet would not see a change",
    "change the generator of this manifest; nightlatch edits manifests that people own"};
inline constexpr ErrorCode volume_conflict{1341, Exit::refused, "a volume or mount stands in the way",
                                           "choose another authenticationConfig.directory in the playbook"};
inline constexpr ErrorCode layout{1342, Exit::refused, "a layout that cannot be edited byte for byte",
                                  "write the list with one item a line and try again"};
inline constexpr ErrorCode not_proven{1343, Exit::refused, "the edit could not be proven",
                                      "nothing was changed; please report this manifest's shape"};

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
                                not_proven};

}  // namespace nightlatch::manifest_errors
