// Error codes of this room: the way to a node.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::node_errors {

inline constexpr ErrorCode unreachable{1201, Exit::refused, "a node cannot be reached by SSH",
                                       "check the address, the route and the firewall"};
inline constexpr ErrorCode host_key_unknown{
    1202, Exit::usage, "a node's host key is not in known_hosts",
    "check the key with the node's owner, then connect once with ssh"};
inline constexpr ErrorCode host_key_mismatch{
    1203, Exit::usage, "a node's host key is not the known one",
    "if the node was reinstalled, check the new key with its owner, then ssh-keygen -R"};
inline constexpr ErrorCode connection_refused{1204, Exit::refused, "nothing answers on a node's SSH port",
                                              "check that sshd runs and that the port is right"};
inline constexpr ErrorCode name_unknown{1205, Exit::refused, "a node's host name has no address",
                                        "check the name in the inventory"};
inline constexpr ErrorCode authentication_denied{
    1206, Exit::refused, "a node accepts none of the SSH keys",
    "check ssh.user and ssh.identityFile, or add the key to the agent"};
inline constexpr ErrorCode identity_unusable{
    1207, Exit::usage, "an SSH identity file cannot be used",
    "check the path; add a key with a passphrase to the agent with ssh-add"};
inline constexpr ErrorCode ssh_config_unreadable{1208, Exit::usage, "an ssh_config file cannot be read",
                                                 "check the path given as ssh.config"};
inline constexpr ErrorCode handshake_failed{
    1209, Exit::refused, "a node's SSH server and this client do not understand each other",
    "try ssh -v to the same address"};
inline constexpr ErrorCode session_cut{1210, Exit::refused, "the SSH connection to a node broke",
                                       "read the node's state again"};
inline constexpr ErrorCode channel_refused{1211, Exit::refused,
                                           "a node's SSH server refused a command channel",
                                           "check MaxSessions and ForceCommand in its sshd_config"};
inline constexpr ErrorCode forwarding_forbidden{1212, Exit::refused, "a node's SSH server forbids forwarding",
                                                "allow it: AllowTcpForwarding local in its sshd_config"};
inline constexpr ErrorCode forwarding_failed{1213, Exit::refused,
                                             "an address does not answer as seen from a node",
                                             "check that the API server runs and the port is right"};
inline constexpr ErrorCode sudo_needs_password{1214, Exit::refused, "sudo on a node asks for a password",
                                               "allow it without one in sudoers"};
inline constexpr ErrorCode sudo_not_permitted{1215, Exit::refused, "a user may not become root on a node",
                                              "allow it in sudoers, or name another ssh.user"};
inline constexpr ErrorCode sudo_needs_terminal{1216, Exit::refused, "sudo on a node insists on a terminal",
                                               "add to sudoers: Defaults:USER !requiretty"};
inline constexpr ErrorCode become_missing{1217, Exit::refused, "a node has no such command to become root",
                                          "set ssh.become to none, sudo or doas"};
inline constexpr ErrorCode script_failed{
    1218, Exit::refused, "a node ran the script but gave no whole answer", "read the node's state again"};
inline constexpr ErrorCode script_refused{1219, Exit::refused, "a node refused to tell its facts",
                                          "see the reason given"};
inline constexpr ErrorCode tools_missing{
    1220, Exit::refused, "a node has no POSIX shell at /bin/sh",
    "nightlatch needs /bin/sh, coreutils or busybox, and flock on the node"};

inline constexpr std::array all{
    unreachable,       host_key_unknown,      host_key_mismatch,  connection_refused,
    name_unknown,      authentication_denied, identity_unusable,  ssh_config_unreadable,
    handshake_failed,  session_cut,           channel_refused,    forwarding_forbidden,
    forwarding_failed, sudo_needs_password,   sudo_not_permitted, sudo_needs_terminal,
    become_missing,    script_failed,         script_refused,     tools_missing};

}  // namespace nightlatch::node_errors
