// The real connections, as far as they can be seen without a node.
#include "cluster/network.hpp"

#include <gtest/gtest.h>

#include "node/errors.hpp"

namespace nightlatch::cluster {
namespace {

TEST(Network, APasswordIsNotForDoas) {
  auto network = network_connections("nightlatch/test", std::make_shared<node::BecomePassword>("s3cr3t"));
  spec::Ssh ssh;
  ssh.become = spec::Become::doas;
  auto connection = network->node(ssh, {"cp1", "host.invalid", 22});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code.number, node_errors::password_not_for_doas.number);
  EXPECT_EQ(connection.error().message,
            "cp1: ssh.become is doas, which reads a password from a terminal alone");
}

}  // namespace
}  // namespace nightlatch::cluster
