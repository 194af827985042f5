#include "api/control_plane_endpoint.hpp"

#include <gtest/gtest.h>

namespace nightlatch::api {
namespace {

TEST(ControlPlaneEndpoint, ItsHostIsReadAsKubeadmWritesIt) {
  EXPECT_EQ(control_plane_endpoint_host("clusterName: k\ncontrolPlaneEndpoint: k8s.example:6443\n"),
            "k8s.example");
  EXPECT_EQ(control_plane_endpoint_host("controlPlaneEndpoint: \"10.0.0.100\"\n"), "10.0.0.100");
  EXPECT_EQ(control_plane_endpoint_host("controlPlaneEndpoint: '[fd00::64]:6443'\n"), "fd00::64");
  EXPECT_EQ(control_plane_endpoint_host("controlPlaneEndpoint: \"\"\n"), "");
  EXPECT_EQ(control_plane_endpoint_host("apiServer:\n  controlPlaneEndpoint: x\n"), "");
}

}  // namespace
}  // namespace nightlatch::api
