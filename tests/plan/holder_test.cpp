#include "plan/holder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch::plan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> endpoint{"10.0.0.100"};

TEST(Holder, IsTheOneNodeWithTheEndpointsAddress) {  // S17
  EXPECT_THAT(holders(endpoint, {}, {{"10.0.0.11"}, {"10.0.0.12", "10.0.0.100"}, {}}), ElementsAre(1U));
  EXPECT_THAT(holders({"10.0.0.100", "fd00::64"}, {}, {{"10.0.0.100"}, {}, {"fd00::64"}}),
              ElementsAre(0U, 2U));
  EXPECT_THAT(holders(endpoint, {}, {{"10.0.0.11"}, {"10.0.0.12"}}), IsEmpty());
}

TEST(Holder, AnAddressThatEveryNodeHasLeadsToNoneOfThem) {
  EXPECT_THAT(holders(endpoint, {}, {{"10.0.0.100"}, {"10.0.0.100"}, {"10.0.0.13"}}), IsEmpty());
}

TEST(Holder, ANodesOwnAddressNeverMoves) {
  EXPECT_THAT(holders({"10.0.0.11"}, {"10.0.0.11", "10.0.0.12"}, {{"10.0.0.11"}, {"10.0.0.12"}}), IsEmpty());
}

TEST(Holder, StrugglingIsDownOrStartedOftenOrABadManifest) {
  facts::PodView pod;
  pod.running = true;
  access::Exposure open;
  open.state = access::ExposureState::open;
  EXPECT_FALSE(is_struggling(open, pod));
  pod.restarts = 3;
  EXPECT_TRUE(is_struggling(open, pod));
  pod = {};
  EXPECT_TRUE(is_struggling(open, pod)) << "down";
  pod.running = true;
  access::Exposure broken;
  broken.state = access::ExposureState::will_not_start;
  EXPECT_TRUE(is_struggling(broken, pod));
}

}  // namespace
}  // namespace nightlatch::plan
