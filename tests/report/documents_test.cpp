// Every kind of JSON document, made of every golden manifest where one goes in, fits its schema.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/detection.hpp"
#include "plan/golden_case.hpp"
#include "report/detect.hpp"
#include "report/lock.hpp"
#include "report/playbook.hpp"
#include "report/rewrite.hpp"
#include "report/schema_check.hpp"

namespace nightlatch::report {
namespace {

using testing::IsEmpty;

RewriteReport rewrite_report(const plan::Case& golden) {
  RewriteReport report{golden.input.filename(),
                       golden.playbook.name,
                       "mine.yaml",
                       plan::run(golden, golden.bytes),
                       {},
                       {},
                       "add a: b"};
  if (!report.outcome.rewrite) return report;
  const plan::Rewrite& rewrite = *report.outcome.rewrite;
  report.files.push_back({"out/kube-apiserver.yaml", rewrite.edit.sha256_after, rewrite.edit.after, false});
  if (rewrite.config) report.files.push_back({"out/a", rewrite.config->sha256, rewrite.config->bytes, true});
  return report;
}

TEST(Documents, OfEveryGoldenManifestFitTheirSchemas) {
  std::size_t refused = 0;
  for (const std::string& name : plan::case_names()) {
    plan::Case golden = plan::load(name);
    RewriteReport rewrite = rewrite_report(golden);
    refused += rewrite.outcome.rewrite ? 0U : 1U;
    EXPECT_THAT(schema_faults(rewrite_json(rewrite)), IsEmpty()) << name;
    DetectReport detect;
    detect.nodes.push_back(plan::detect({name, golden.bytes, "m.yaml", golden.config, {}}));
    EXPECT_THAT(schema_faults(detect_json(detect)), IsEmpty()) << name;
  }
  EXPECT_GT(refused, 10U);
}

TEST(Documents, OfTheLockThePlaybooksAndTheVersionFitTheirSchemas) {
  EXPECT_THAT(schema_faults(lock_json(std::nullopt)), IsEmpty());
  EXPECT_THAT(schema_faults(lock_json(api::Lease{"ana@bastion2", "r", "p", "t", "t", "taken", "7"})),
              IsEmpty());
  spec::Playbook playbook;
  playbook.paths.push_back({"/metrics", "team", "reason", "2030-01-01"});
  EXPECT_THAT(schema_faults(playbooks_json({{playbook, "what it opens"}, {{}, {}}})), IsEmpty());
  EXPECT_THAT(schema_faults(version_json("0.1.0")), IsEmpty());
}

TEST(SchemaCheck, SeesWhatDoesNotFit) {
  EXPECT_THAT(schema_faults(R"({"schema": "nightlatch.dev/version/v1"})"),
              testing::ElementsAre("version: lacks version"));
  EXPECT_THAT(schema_faults(R"({"schema": "nightlatch.dev/version/v1", "version": 1, "x": 2})"),
              testing::ElementsAre("version.version: is not string", "version: has an unknown x"));
  EXPECT_THAT(schema_faults(R"({"schema": "nightlatch.dev/nothing/v1"})"),
              testing::ElementsAre("no schema for nothing"));
  std::vector<std::string> faults;
  collect_faults({{"oneOf", nlohmann::json::array()}}, 1, "x", faults);
  EXPECT_THAT(faults, testing::ElementsAre("x: the schema's oneOf is not judged"));
}

}  // namespace
}  // namespace nightlatch::report
