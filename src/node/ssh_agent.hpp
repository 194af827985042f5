// The user's SSH agent, of which libssh is to see some keys alone (IdentitiesOnly).
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "util/fd.hpp"

namespace nightlatch::node {

// Connects to the agent at this socket. Not valid: nobody listens there.
[[nodiscard]] Fd connect_agent(const std::string& socket);

// Stands between libssh and the agent: lists some of its keys, and has nothing signed with another.
class AgentFilter {
 public:
  // `keys`: public keys as the agent's protocol writes them (the bytes behind "ssh-ed25519 " in base64).
  AgentFilter(Fd agent, std::vector<std::string> keys);
  ~AgentFilter();
  AgentFilter(const AgentFilter&) = delete;
  AgentFilter& operator=(const AgentFilter&) = delete;

  // libssh's end; the caller closes it. Not valid: there is no socket pair.
  [[nodiscard]] Fd take_socket() { return std::move(near_); }

 private:
  void serve() const;

  Fd agent_;
  Fd near_;
  Fd far_;
  std::vector<std::string> keys_;
  std::thread thread_;
};

// An agent's list of keys (SSH_AGENT_IDENTITIES_ANSWER, without its length) with some of them alone; a
// message that is no whole list becomes an empty list.
[[nodiscard]] std::string listed(const std::string& answer, const std::vector<std::string>& keys);

}  // namespace nightlatch::node
