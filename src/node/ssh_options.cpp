#include "node/ssh_options.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace nightlatch::node {

namespace {

using enum Treatment;

constexpr std::string_view own_connection = "nightlatch opens a connection of its own.";
constexpr std::string_view keys_alone =
    "nightlatch logs in with public keys alone; where none is accepted, NL1206 says what the server accepts.";
constexpr std::string_view no_forwarding = "nightlatch asks for no forwarding of this kind.";
constexpr std::string_view own_script = "nightlatch runs its own script, without a terminal.";
constexpr std::string_view no_certificates =
    "Host certificates are not accepted, so that nothing is signed by an authority.";
constexpr std::string_view own_words = "nightlatch says itself what it does.";
constexpr std::string_view own_limits = "nightlatch has time limits of its own.";

constexpr std::array all{
    SshOption{"AddKeysToAgent", harmless, "No key is added to an agent."},
    SshOption{"AddressFamily", followed, "Only addresses of this family are tried."},
    SshOption{"BatchMode", harmless, "nightlatch never answers a question of SSH, whatever it says."},
    SshOption{"BindAddress", followed, "The connection begins at this address."},
    SshOption{"BindInterface", refused,
              "Connections are bound to an address, not to an interface: use BindAddress."},
    SshOption{"CanonicalDomains", followed, "`ssh -G` looks the name up."},
    SshOption{"CanonicalizeFallbackLocal", followed, "`ssh -G` looks the name up."},
    SshOption{"CanonicalizeHostname", followed, "`ssh -G` looks the name up."},
    SshOption{"CanonicalizeMaxDots", followed, "`ssh -G` looks the name up."},
    SshOption{"CanonicalizePermittedCNAMEs", followed, "`ssh -G` looks the name up."},
    SshOption{"CASignatureAlgorithms", harmless, no_certificates},
    SshOption{"CertificateFile", refused,
              "User certificates in files are not sent: add key and certificate to the SSH agent."},
    SshOption{"ChannelTimeout", harmless, own_limits},
    SshOption{"CheckHostIP", refused, "Only the name is looked up in known_hosts, not the address behind it.",
              "no false"},
    SshOption{"Ciphers", followed, "Only these are offered."},
    SshOption{"ClearAllForwardings", harmless, no_forwarding},
    SshOption{"Compression", harmless, "Nothing is compressed."},
    SshOption{"ConnectionAttempts", harmless, "nightlatch tries once."},
    SshOption{"ConnectTimeout", harmless, "nightlatch waits 10 s for a node."},
    SshOption{"ControlMaster", harmless, own_connection},
    SshOption{"ControlPath", harmless, own_connection},
    SshOption{"ControlPersist", harmless, own_connection},
    SshOption{"DynamicForward", harmless, no_forwarding},
    SshOption{"EnableEscapeCommandline", harmless, own_script},
    SshOption{"EnableSSHKeysign", harmless, keys_alone},
    SshOption{"EscapeChar", harmless, own_script},
    SshOption{"ExitOnForwardFailure", harmless, no_forwarding},
    SshOption{"FingerprintHash", harmless, "Fingerprints are shown as SHA256."},
    SshOption{"ForkAfterAuthentication", harmless, own_script},
    SshOption{"ForwardAgent", harmless, "The agent is never forwarded to a node."},
    SshOption{"ForwardX11", harmless, no_forwarding},
    SshOption{"ForwardX11Timeout", harmless, no_forwarding},
    SshOption{"ForwardX11Trusted", harmless, no_forwarding},
    SshOption{"GatewayPorts", harmless, no_forwarding},
    SshOption{"GlobalKnownHostsFile", followed, "Host keys are looked up in all of these files."},
    SshOption{"GSSAPIAuthentication", harmless, keys_alone},
    SshOption{"GSSAPIClientIdentity", harmless, keys_alone},
    SshOption{"GSSAPIDelegateCredentials", harmless, keys_alone},
    SshOption{"GSSAPIKexAlgorithms", harmless, "Used with GSSAPIKeyExchange alone."},
    SshOption{"GSSAPIKeyExchange", stricter,
              "Kerberos does not vouch for a host: its key must be in known_hosts.", "no false"},
    SshOption{"GSSAPIRenewalForcesRekey", harmless, "Used with GSSAPIKeyExchange alone."},
    SshOption{"GSSAPIServerIdentity", harmless, keys_alone},
    SshOption{"GSSAPITrustDns", harmless, keys_alone},
    SshOption{"HashKnownHosts", harmless, "Nothing is written to known_hosts."},
    SshOption{"Host", followed, "`ssh -G` chooses the blocks."},
    SshOption{"HostbasedAcceptedAlgorithms", harmless, "Used with HostbasedAuthentication alone."},
    SshOption{"HostbasedAuthentication", refused, "nightlatch logs in with public keys alone.", "no false"},
    SshOption{"HostKeyAlgorithms", followed, "Only these are accepted of the host."},
    SshOption{"HostKeyAlias", followed, "The host key is looked up under this name."},
    SshOption{"Hostname", followed, "The connection goes to this name or address."},
    SshOption{"IdentitiesOnly", followed, "With yes, the agent is asked for the identity files' keys alone."},
    SshOption{"IdentityAgent", followed, "Keys are taken from this agent, or from none."},
    SshOption{"IdentityFile", followed,
              "These keys are tried, unless the inventory names another (ssh.identityFile)."},
    SshOption{"IgnoreUnknown", followed, "`ssh -G` passes over what it names."},
    SshOption{"Include", followed, "`ssh -G` reads the files."},
    SshOption{"IPQoS", harmless, "Packets are not marked."},
    SshOption{"KbdInteractiveAuthentication", harmless, keys_alone},
    SshOption{"KbdInteractiveDevices", harmless, keys_alone},
    SshOption{"KexAlgorithms", followed, "Only these are offered."},
    SshOption{
        "KnownHostsCommand", refused,
        "Host keys are read from files alone: write its keys to a file, and name it as UserKnownHostsFile.",
        "none"},
    SshOption{"LocalCommand", harmless, "No command is run here."},
    SshOption{"LocalForward", harmless, no_forwarding},
    SshOption{"LogLevel", harmless, own_words},
    SshOption{"LogVerbose", harmless, own_words},
    SshOption{"MACs", followed, "Only these are offered."},
    SshOption{"Match", followed, "`ssh -G` chooses the blocks, with exec too."},
    SshOption{"NoHostAuthenticationForLocalhost", stricter,
              "The host key of this machine must be in known_hosts, too.", "no false"},
    SshOption{"NumberOfPasswordPrompts", harmless, keys_alone},
    SshOption{"ObscureKeystrokeTiming", harmless, own_script},
    SshOption{"PasswordAuthentication", harmless, keys_alone},
    SshOption{"PermitLocalCommand", harmless, "No command is run here."},
    SshOption{"PermitRemoteOpen", harmless, no_forwarding},
    SshOption{"PKCS11Provider", refused,
              "Keys of a token are not read: add them to the SSH agent with ssh-add -s.", "none"},
    SshOption{"Port", followed, "The connection goes to this port, unless the inventory names another."},
    SshOption{"PreferredAuthentications", refused,
              "nightlatch logs in with public keys alone, so that publickey must be among them.",
              "publickey"},
    SshOption{"ProxyCommand", followed,
              "The connection goes through this command, which the user's shell runs."},
    SshOption{"ProxyJump", followed,
              "The connection goes through these hosts, each by `ssh -W` with BatchMode and "
              "StrictHostKeyChecking yes."},
    SshOption{"ProxyUseFdpass", refused, "The proxy must carry the connection itself.", "no false"},
    SshOption{"PubkeyAcceptedAlgorithms", followed, "Only these are used to log in."},
    SshOption{"PubkeyAuthentication", refused, "nightlatch logs in with public keys alone.",
              "yes true unbound host-bound"},
    SshOption{"RekeyLimit", harmless, "Keys are exchanged anew as libssh does."},
    SshOption{"RemoteCommand", harmless, own_script},
    SshOption{"RemoteForward", harmless, no_forwarding},
    SshOption{"RequestTTY", harmless, own_script},
    SshOption{"RequiredRSASize", followed, "A shorter RSA key of a host or of a user is not accepted."},
    SshOption{"RevokedHostKeys", refused,
              "Such lists are not read: mark the keys with @revoked in known_hosts.", "none"},
    SshOption{"SecurityKeyProvider", refused, "Security keys are used through the SSH agent alone.",
              "internal $SSH_SK_PROVIDER"},
    SshOption{"SendEnv", harmless, "No variable is sent, so that no locale reaches a node."},
    SshOption{"ServerAliveCountMax", harmless, own_limits},
    SshOption{"ServerAliveInterval", harmless, own_limits},
    SshOption{"SessionType", harmless, own_script},
    SshOption{"SetEnv", harmless, "No variable is sent."},
    SshOption{"StdinNull", harmless, own_script},
    SshOption{"StreamLocalBindMask", harmless, no_forwarding},
    SshOption{"StreamLocalBindUnlink", harmless, no_forwarding},
    SshOption{"StrictHostKeyChecking", stricter, "It is always yes: nightlatch becomes root there.",
              "ask yes true"},
    SshOption{"SyslogFacility", harmless, own_words},
    SshOption{"Tag", followed, "`ssh -G` chooses the blocks."},
    SshOption{"TCPKeepAlive", harmless, own_limits},
    SshOption{"Tunnel", harmless, no_forwarding},
    SshOption{"TunnelDevice", harmless, no_forwarding},
    SshOption{"UpdateHostKeys", harmless, "Nothing is written to known_hosts."},
    SshOption{"User", followed, "This user logs in, unless the inventory names another (ssh.user)."},
    SshOption{"UserKnownHostsFile", followed,
              "Host keys are looked up in all of these files, unless the inventory names another "
              "(ssh.knownHosts)."},
    SshOption{"VerifyHostKeyDNS", stricter,
              "The DNS does not vouch for a host: its key must be in known_hosts.", "no false"},
    SshOption{"VersionAddendum", harmless, "nightlatch says nothing more of itself."},
    SshOption{"VisualHostKey", harmless, "Fingerprints are shown as SHA256."},
    SshOption{"XAuthLocation", harmless, no_forwarding},
};

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::span<const SshOption> ssh_options() {
  return all;
}

const SshOption* find_ssh_option(std::string_view name) {
  const auto* found =
      std::find_if(all.begin(), all.end(), [&](const SshOption& one) { return same_name(one.name, name); });
  return found == all.end() ? nullptr : found;
}

}  // namespace nightlatch::node
