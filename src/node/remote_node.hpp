// NodePort over a Transport: sends agent.sh and a verb, reads key=value lines.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "facts/node_facts.hpp"
#include "node/protocol.hpp"
#include "node/transport.hpp"

namespace nightlatch::node {

enum class Privilege { none, sudo, doas };

// Makes the connection anew after it broke: a roll outlives a lost session.
using Connector = std::function<Result<std::unique_ptr<Transport>>()>;

class RemoteNode final : public NodePort {
 public:
  // Without a connector a broken connection stays broken.
  RemoteNode(std::string name, std::string host, std::unique_ptr<Transport> transport, Privilege privilege,
             Connector connector = {});
  ~RemoteNode() override;

  [[nodiscard]] Reply call(const Request& request) override;
  // With the file at `asked_file`, when one is named.
  [[nodiscard]] Result<facts::NodeFacts> gather(const std::string& asked_file = {});
  // Streams to addresses as this node sees them; valid while this object lives and on its thread.
  [[nodiscard]] Dialer dialer();
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& host() const { return host_; }
  // One command as the login user, for questions by curl on the node when forwarding is forbidden.
  [[nodiscard]] Result<Output> exec(const Command& command);

 private:
  [[nodiscard]] Status connect_again();
  void drop_if_broken(const Error& error);

  std::string name_;
  std::string host_;
  std::unique_ptr<Transport> transport_;
  Privilege privilege_;
  Connector connector_;
};

}  // namespace nightlatch::node
