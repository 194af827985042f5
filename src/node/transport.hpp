// One connection to a host: it runs commands with stdin, and opens streams to addresses as the host sees
// them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "util/result.hpp"
#include "util/tunnel.hpp"

namespace nightlatch::node {

// What a command may ask for before it reads its input.
struct Dialogue {
  std::string_view prompt;  // on stderr it asks with this; printed again, it has not taken the answer
  std::string_view answer;  // a secret, which is sent when it asks, and once
  std::string_view ready;   // on stdout it says with this that it reads its input now
};

// A command to be run on the host.
struct Command {
  std::string line;     // for the login shell; must not contain a secret
  std::string input{};  // written to stdin, which is then closed
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
  std::function<void(std::string_view)> on_line{};  // gets each line of stdout as it arrives; may be empty
  // The input waits until the command is ready for it; a command that never is gets none.
  std::optional<Dialogue> dialogue{};
};

struct Output {
  int status = -1;  // the exit status; -1: killed, cut off or timed out, so its effect is unknown
  std::string out;
  std::string err;
};

// Used by one thread at a time. Error messages begin with "NODE: ", the inventory's name.
class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // Runs a command and waits for its end. Errors: channel_refused, when the command was not started;
  // session_cut, when the connection broke and the command may have run.
  [[nodiscard]] virtual Result<Output> exec(const Command& command) = 0;
  // Opens a stream to host:port from the node. Errors: forwarding_forbidden, forwarding_failed, session_cut.
  [[nodiscard]] virtual Result<std::unique_ptr<Tunnel>> dial(const std::string& host, std::uint16_t port) = 0;
  // The fingerprint, "SHA256:…", of the host key that was found in known_hosts.
  [[nodiscard]] virtual std::string host_key() const = 0;
};

// Where and how to connect to a host, from the inventory.
struct Endpoint {
  std::string node;  // the inventory's name, for messages
  std::string host;
  std::uint16_t port = 22;
  std::string user;           // empty: ssh_config's, then the local user's
  std::string config;         // empty: ~/.ssh/config
  std::string identity_file;  // empty: agent, then default keys
  std::string known_hosts;    // empty: ssh's default
  std::chrono::milliseconds connect_timeout{std::chrono::seconds(10)};
};

// Connects with libssh. The host key must be in known_hosts, to which nothing is ever added. Errors: those of
// open_session (libssh_session.hpp).
[[nodiscard]] Result<std::unique_ptr<Transport>> connect(const Endpoint& endpoint);

}  // namespace nightlatch::node
