// NodePort over a Transport: sends agent.sh and a verb, reads key=value lines.
#pragma once

#include <memory>
#include <string>

#include "facts/node_facts.hpp"
#include "node/protocol.hpp"
#include "node/transport.hpp"

namespace nightlatch::node {

enum class Privilege { none, sudo, doas };

class RemoteNode final : public NodePort {
 public:
  RemoteNode(std::string name, std::string host, std::unique_ptr<Transport> transport, Privilege privilege);
  ~RemoteNode() override;

  [[nodiscard]] Reply call(const Request& request) override;
  [[nodiscard]] Result<facts::NodeFacts> gather();
  // Streams to addresses as this node sees them; valid while this object lives and on its thread.
  [[nodiscard]] Dialer dialer();
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& host() const { return host_; }
  // For questions by curl on the node, when forwarding is forbidden.
  [[nodiscard]] Transport& transport() { return *transport_; }

 private:
  std::string name_;
  std::string host_;
  std::unique_ptr<Transport> transport_;
  Privilege privilege_;
};

}  // namespace nightlatch::node
