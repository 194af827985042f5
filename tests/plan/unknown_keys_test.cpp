#include "plan/unknown_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/cluster.hpp"
#include "plan/outcome.hpp"

namespace nightlatch::plan {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(UnknownKeys, AreAWarningOfThePlan) {
  PlanRequest request = healthy_request();
  auto warnings = [&] { return texts(*make_plan(request).plan, PlanCheck::Grade::warning); };
  EXPECT_THAT(warnings(), Not(Contains(HasSubstr("does not know"))));
  request.facts.nodes[1].unknown_keys = {"kernel", "pod.colour"};
  EXPECT_THAT(warnings(),
              Contains("cp2: the node's script reports facts that this version of nightlatch does not "
                       "know, and they are not used: kernel, pod.colour"));
}

}  // namespace
}  // namespace nightlatch::plan
