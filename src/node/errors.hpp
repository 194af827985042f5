// Error codes of this room: why a node is not reached by SSH, or does not answer.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::node_errors {

inline constexpr ErrorCode unreachable{1201, Exit::refused, "a node cannot be reached by SSH",
                                       "check the address, the route and the firewall"};
inline constexpr ErrorCode host_key_unknown{
    1202, Exit::usage, "a node's host key is not in known_hosts",
    "compare the key with the one that the node's owner names, then connect once with ssh"};
inline constexpr ErrorCode host_key_mismatch{1203, Exit::usage,
                                             "a node's host key differs from the one in known_hosts",
                                             "if the node was reinstalled, compare the new key with the one "
                                             "that its owner names, then remove the old one: "
                                             "ssh-keygen -R HOST"};
inline constexpr ErrorCode connection_refused{1204, Exit::refused, "no server listens on a node's SSH port",
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
inline constexpr ErrorCode handshake_failed{1209, Exit::refused,
                                            "a node's SSH server and nightlatch did not agree on a session",
                                            "look at the output of ssh -v to the same address"};
inline constexpr ErrorCode session_cut{1210, Exit::refused, "the SSH connection to a node broke",
                                       "nightlatch status reads the node's state again"};
inline constexpr ErrorCode channel_refused{1211, Exit::refused,
                                           "a node's SSH server refused to run a command",
                                           "check MaxSessions and ForceCommand in the node's sshd_config"};
inline constexpr ErrorCode forwarding_forbidden{1212, Exit::refused,
                                                "a node's SSH server forbids port forwarding",
                                                "set AllowTcpForwarding local in the node's sshd_config"};
inline constexpr ErrorCode forwarding_failed{1213, Exit::refused, "a node cannot connect to an address",
                                             "check that the API server runs and that the port is right"};
inline constexpr ErrorCode sudo_needs_password{
    1214, Exit::refused, "sudo on a node asks for a password",
    "allow nightlatch's command without a password in the node's sudoers"};
inline constexpr ErrorCode sudo_not_permitted{
    1215, Exit::refused, "sudo does not let the user become root on a node",
    "allow it in the node's sudoers, or set another ssh.user in the inventory"};
inline constexpr ErrorCode sudo_needs_terminal{1216, Exit::refused, "sudo on a node requires a terminal",
                                               "add to the node's sudoers: Defaults:USER !requiretty"};
inline constexpr ErrorCode become_missing{1217, Exit::refused,
                                          "a node does not have the command that ssh.become names",
                                          "set ssh.become in the inventory to none, sudo or doas"};
inline constexpr ErrorCode script_failed{1218, Exit::refused,
                                         "a node ran the script but did not answer completely",
                                         "nightlatch status reads the node's state again"};
inline constexpr ErrorCode script_refused{1219, Exit::refused, "a node refused to report its facts",
                                          "correct what the message names, then try again"};
inline constexpr ErrorCode tools_missing{
    1220, Exit::refused, "a node cannot run /bin/sh",
    "install what nightlatch needs on the node: a POSIX shell at /bin/sh, coreutils or busybox, and flock"};

inline constexpr ErrorCode ssh_option_refused{
    1221, Exit::refused, "an ssh_config sets an option that nightlatch cannot follow",
    "take the option away for this host, or give nightlatch an ssh_config of its own as ssh.config; "
    "docs/ssh-config.md lists every option"};
inline constexpr ErrorCode ssh_missing{
    1222, Exit::refused, "the program ssh is not on this machine",
    "install OpenSSH's client (Debian: openssh-client); nightlatch asks it "
    "what the ssh_config says"};
inline constexpr ErrorCode ssh_proxy_failed{
    1223, Exit::refused, "the way to a node through a proxy or a jump host failed",
    "try the same with ssh, then correct ProxyJump or ProxyCommand of the ssh_config"};
inline constexpr ErrorCode host_key_revoked{1224, Exit::usage, "a node's host key is marked as revoked",
                                            "do not connect; ask the node's owner for its new host key"};

inline constexpr ErrorCode wrapper_missing{
    1225, Exit::refused, "a node does not have the command that ssh.wrapper names",
    "install it there: nightlatch node wrapper prints it; or take ssh.wrapper out of the inventory"};

inline constexpr ErrorCode bad_wrapper{1226, Exit::usage, "a wrapper cannot be made of these words",
                                       "nightlatch node wrapper --help says what each option takes"};

inline constexpr ErrorCode command_not_run{
    1227, Exit::refused, "a node's SSH server or login shell ran something else than nightlatch's command",
    "give ssh.user a login shell that runs commands (sh, bash, zsh, fish or csh), and take ForceCommand away "
    "for it in the "
    "node's sshd_config"};

inline constexpr ErrorCode become_password_wrong{
    1228, Exit::refused, "sudo on a node does not take the password",
    "try it once by hand on that node with sudo -k -v; then run the command again"};

inline constexpr ErrorCode password_not_for_doas{
    1229, Exit::refused, "doas takes a password from a terminal alone",
    "let doas.conf permit the one command with nopass: nightlatch node wrapper prints the line"};

inline constexpr std::array all{
    unreachable,          host_key_unknown,      host_key_mismatch,  connection_refused,
    name_unknown,         authentication_denied, identity_unusable,  ssh_config_unreadable,
    handshake_failed,     session_cut,           channel_refused,    forwarding_forbidden,
    forwarding_failed,    sudo_needs_password,   sudo_not_permitted, sudo_needs_terminal,
    become_missing,       script_failed,         script_refused,     tools_missing,
    ssh_option_refused,   ssh_missing,           ssh_proxy_failed,   host_key_revoked,
    wrapper_missing,      bad_wrapper,           command_not_run,    become_password_wrong,
    password_not_for_doas};

}  // namespace nightlatch::node_errors
