// The way to one host: commands with stdin, lines back, and streams to addresses as the host sees them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "util/result.hpp"
#include "util/tunnel.hpp"

namespace nightlatch::node {

struct Command {
  std::string line;   // for the login shell; never holds a secret
  std::string input;  // written to stdin, then closed
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
  std::function<void(std::string_view)> on_line;  // each line of stdout as it comes; may be empty
};

struct Output {
  int status = -1;  // -1: killed, cut or timed out: the effect is unknown, read the state again
  std::string out;
  std::string err;
};

// One session, one thread at a time.
class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // An error: the command was not started, or the connection broke (node_errors tell which).
  [[nodiscard]] virtual Result<Output> exec(const Command& command) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Tunnel>> dial(const std::string& host, std::uint16_t port) = 0;
  // SHA256:… of the host key that was checked against known_hosts.
  [[nodiscard]] virtual std::string host_key() const = 0;
};

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

// libssh. Host keys are checked strictly; nothing is ever added to known_hosts.
[[nodiscard]] Result<std::unique_ptr<Transport>> connect(const Endpoint& endpoint);

}  // namespace nightlatch::node
