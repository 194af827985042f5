// NodePort over SSH: sends agent.sh with a request on stdin, and reads its reply of key=value lines.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "facts/node_facts.hpp"
#include "node/becoming.hpp"
#include "node/protocol.hpp"
#include "node/transport.hpp"

namespace nightlatch::node {

// Opens a new connection after the old one broke.
using Connector = std::function<Result<std::unique_ptr<Transport>>()>;

class RemoteNode final : public NodePort {
 public:
  // `name` is the inventory's and `host` the address, for messages and facts. Without a connector a broken
  // connection stays broken.
  RemoteNode(std::string name, std::string host, std::unique_ptr<Transport> transport, Becoming becoming,
             Connector connector = {});
  ~RemoteNode() override;

  // Waits at most 100 s (arm: 180 s) plus Request::wait for the script. A request that certainly did not
  // reach the script because of sudo, doas or /bin/sh is `refused`; any other failure is `lost`.
  [[nodiscard]] Reply call(const Request& request) override;
  // Reads the node's facts; waits at most 60 s. Errors: those of Transport::exec; sudo_needs_password,
  // sudo_needs_terminal, sudo_not_permitted, become_password_wrong, become_missing, wrapper_missing,
  // tools_missing, command_not_run; script_failed; script_refused.
  [[nodiscard]] Result<facts::NodeFacts> gather(const FactsRequest& wanted = {});
  // Opens connections to addresses as this node sees them. Valid while this object lives, and on its thread
  // only.
  [[nodiscard]] Dialer dialer();
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& host() const { return host_; }
  // Runs one command as the login user: curl on the node, where port forwarding is forbidden. Errors: those
  // of Transport::exec and, after a broken connection, of connect().
  [[nodiscard]] Result<Output> exec(const Command& command);

 private:
  [[nodiscard]] Status connect_again();
  [[nodiscard]] Result<Output> exec_as_root(Command command);
  void drop_if_broken(const Error& error);

  std::string name_;
  std::string host_;
  std::unique_ptr<Transport> transport_;  // null: the session broke, and the next request opens another
  std::string host_key_;                  // of the last session
  Becoming becoming_;
  Connector connector_;
};

}  // namespace nightlatch::node
