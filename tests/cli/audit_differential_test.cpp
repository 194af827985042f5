// audit against an independent, slow reading of the same random logs (tests/differential/audit.py).
#include <gtest/gtest.h>

#include "cli/process.hpp"

namespace nightlatch::cli {
namespace {

TEST(AuditDifferential, TheSlowReadingAndTheGeneratorAgree) {
  Sandbox sandbox;
  if (sandbox.shell("python3 -c pass").exit != 0) GTEST_SKIP() << "there is no python3";
  std::string script = (source_directory() / "tests/differential/audit.py").string();
  Finished finished = sandbox.shell("python3 '" + script + "' '" + program().string() + "' 25 1000");
  EXPECT_EQ(finished.exit, 0) << finished.out << finished.err;
}

}  // namespace
}  // namespace nightlatch::cli
