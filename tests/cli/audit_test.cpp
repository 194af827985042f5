// The binary as scripts see it: audit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "report/schema_check.hpp"
#include "scan/audit_line.hpp"

namespace nightlatch::cli {
namespace {

using report::schema_faults;
using scan::Line;
using scan::text_of;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Audit : public testing::Test {
 protected:
  nlohmann::json json_of(const Finished& finished) {
    EXPECT_THAT(schema_faults(finished.out), IsEmpty()) << finished.err;
    return nlohmann::json::parse(finished.out, nullptr, false);
  }
  Sandbox sandbox;
  std::string sample = (source_directory() / "tests/data/audit/kube-apiserver-1.34.4-metadata.log").string();
};

TEST_F(Audit, CountsTheRequestsOfARunningApiServer) {
  Finished finished = sandbox.run("audit " + sample + " -o json");
  EXPECT_EQ(finished.exit, 6) << finished.err;  // one address tried everything: a sweep
  nlohmann::json json = json_of(finished);
  EXPECT_EQ(
      json["requests"],
      nlohmann::json::parse(R"({"total":23,"allowed":5,"forbidden":7,"unauthenticated":11,"other":0})"));
  EXPECT_EQ(json["sources"][0]["sweep"], true);
  EXPECT_EQ(json["impersonated"], 0);
  EXPECT_EQ(json["coverage"]["lines"], 211);
  EXPECT_EQ(json["coverage"]["enough"], true);
}

TEST_F(Audit, TellsPeopleWhatItFoundAndOverWhat) {
  Finished finished = sandbox.run("audit " + sample);
  EXPECT_EQ(finished.exit, 6) << finished.err;
  EXPECT_THAT(finished.out,
              HasSubstr("23 requests without accepted credentials: 5 allowed, 7 forbidden (403), 11"));
  EXPECT_THAT(finished.out, HasSubstr("Looked at"));
  EXPECT_THAT(finished.out, HasSubstr("nightlatch audit --what-if -p health-only"));
  EXPECT_THAT(sandbox.run("audit " + sample + " -o md").out, HasSubstr("| SEVERITY |"));
  EXPECT_THAT(sandbox.run("audit " + sample + " -o html").out, HasSubstr("<table"));
}

TEST_F(Audit, EndsWith6WhereSomethingSevereWasFound) {
  Line line{.uri = "/api/v1/namespaces/prod/secrets?limit=500", .verb = "list", .ips = R"(["203.0.113.9"])"};
  static_cast<void>(sandbox.write("audit.log", text_of(line) + "\n"));
  Finished finished = sandbox.run("audit audit.log -o json");
  EXPECT_EQ(finished.exit, 6);
  nlohmann::json json = json_of(finished);
  EXPECT_EQ(json["worst"], "critical");
  EXPECT_EQ(json["endpoints"][0]["class"], "secrets-read");
  EXPECT_EQ(json["endpoints"][0]["template"], "/api/v1/namespaces/{namespace}/secrets");
  EXPECT_EQ(json["endpoints"][0]["example"], "/api/v1/namespaces/prod/secrets");
  EXPECT_EQ(json["sources"][0]["address"], "203.0.113.9");
  EXPECT_EQ(json["sources"][0]["place"], "public");
  EXPECT_EQ(sandbox.run("audit audit.log --fail-on never").exit, 0);
}

TEST_F(Audit, EndsWith7WhereTheLogTellsTooLittle) {
  static_cast<void>(sandbox.write("empty.log", ""));
  Finished finished = sandbox.run("audit empty.log -o json");
  EXPECT_EQ(finished.exit, 7);
  EXPECT_EQ(json_of(finished)["coverage"]["enough"], false);
  static_cast<void>(sandbox.write("other.log", "{\"user\":{\"a\":1}}\nhello\n"));
  EXPECT_EQ(sandbox.run("audit other.log").exit, 7);
  EXPECT_EQ(sandbox.run("audit " + sample + " --since 2026-11-20 --until 2026-11-22 --fail-on never").exit,
            7);
  Line begun{.stage = "RequestReceived", .code = 0, .decision = ""};
  static_cast<void>(sandbox.write("begun.log", text_of(begun) + "\n"));
  EXPECT_EQ(sandbox.run("audit begun.log").exit, 7);
}

TEST_F(Audit, ReadsStdinDirectoriesAndRotatedFiles) {
  std::filesystem::create_directory(sandbox / "logs");
  static_cast<void>(sandbox.write("logs/audit.log", text_of({.id = "a"}) + "\n"));
  static_cast<void>(sandbox.write("logs/audit-2026-11-21T09-00-00.000.log", text_of({.id = "b"}) + "\n"));
  auto total = [&](const std::string& line) {
    return json_of(sandbox.shell(line))["requests"]["total"].get<int>();
  };
  EXPECT_EQ(total("nightlatch audit logs -o json"), 2);
  EXPECT_EQ(total("nightlatch audit logs/audit.log -o json"), 2);
  EXPECT_EQ(total("nightlatch audit logs/audit.log --no-rotated -o json"), 1);
  EXPECT_EQ(total("cat logs/* | nightlatch audit - -o json"), 2);
  EXPECT_EQ(total("gzip logs/audit.log && nightlatch audit logs -o json"), 2);
}

TEST_F(Audit, ShowsWhoWouldBreak) {
  Finished whole = sandbox.run("audit " + sample + " --what-if -p health-only -o json");
  nlohmann::json json = json_of(whole);
  for (const auto& caller : json["whatIf"]["stays"])
    EXPECT_THAT((std::vector<std::string>{"/livez", "/readyz", "/healthz"}),
                testing::Contains(caller["path"]));
  EXPECT_TRUE(json["whatIf"]["breaks"].empty());
  static_cast<void>(sandbox.write("audit.log", text_of({}) + "\n" + text_of({.uri = "/version?a=b"}) + "\n"));
  Finished finished = sandbox.run("audit audit.log --what-if -p health-only -o json");
  EXPECT_EQ(finished.exit, 6);
  json = json_of(finished);
  EXPECT_EQ(json["whatIf"]["missingPaths"].size(), 1U);
  EXPECT_EQ(json["whatIf"]["missingPaths"][0]["path"], "/version");
  EXPECT_EQ(json["whatIf"]["breaks"][0]["address"], "10.0.0.5");
  EXPECT_EQ(json["whatIf"]["stays"].size(), 1U);
  EXPECT_THAT(sandbox.run("audit audit.log --what-if -p health-only").out, HasSubstr("get /version"));
}

TEST_F(Audit, NeutralisesWhatATerminalWouldObeyAndPrintsNoQuery) {
  Line line{.uri = R"(/x\u001b[31m?access_token=geheim)", .agent = R"(\u001b]0;own\u0007)"};
  static_cast<void>(sandbox.write("audit.log", text_of(line) + "\n"));
  for (const char* format : {"text", "json", "md", "html"}) {
    Finished finished = sandbox.run(std::string("audit audit.log -o ") + format);
    EXPECT_THAT(finished.out, Not(HasSubstr("\x1b"))) << format;
    EXPECT_THAT(finished.out, Not(HasSubstr("geheim"))) << format;
  }
}

TEST_F(Audit, PrintsWhatOtherProgramsRead) {
  auto sarif = nlohmann::json::parse(sandbox.run("audit " + sample + " -o sarif").out);
  EXPECT_GT(sarif["runs"][0]["results"].size(), 3U);
  EXPECT_THAT(sandbox.run("audit " + sample + " -o junit").out,
              HasSubstr("<testsuite name=\"nightlatch audit\""));
  EXPECT_THAT(sandbox.run("audit " + sample + " -o prometheus").out,
              HasSubstr("nightlatch_audit_requests_by_severity{severity=\"critical\"} 0\n"));
  EXPECT_EQ(sandbox.run("detect --manifest x -o sarif").exit, 2) << "it has no such form";
}

TEST_F(Audit, PrintsEachRequestAsALine) {
  Finished finished = sandbox.run("audit " + sample + " -o jsonl");
  EXPECT_EQ(finished.exit, 6);
  std::istringstream lines(finished.out);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_THAT(schema_faults(line), IsEmpty());
  EXPECT_EQ(count, 23);
}

TEST_F(Audit, ComparesWithABaseline) {
  std::string livez = text_of({}) + "\n";
  static_cast<void>(sandbox.write("audit.log", livez + text_of({.uri = "/metrics"}) + "\n"));
  Finished first = sandbox.run("audit audit.log --write-baseline usual.json");
  EXPECT_EQ(first.exit, 6) << "without a baseline everything counts";
  EXPECT_THAT(first.out, HasSubstr("the baseline is in usual.json"));
  EXPECT_THAT(schema_faults(sandbox.shell("cat usual.json").out), IsEmpty());
  Finished same = sandbox.run("audit audit.log --baseline usual.json -o json");
  EXPECT_EQ(same.exit, 0);
  EXPECT_EQ(json_of(same)["sinceBaseline"]["worst"], "none");
  EXPECT_EQ(json_of(same)["worst"], "high");
  static_cast<void>(sandbox.write("audit.log", livez + text_of({.uri = "/api/v1/secrets"}) + "\n"));
  Finished news = sandbox.run("audit audit.log --baseline usual.json");
  EXPECT_EQ(news.exit, 6);
  EXPECT_THAT(news.out, HasSubstr("1 endpoint and 1 source are new"));
  static_cast<void>(sandbox.write("empty.log", ""));
  EXPECT_EQ(sandbox.run("audit empty.log --write-baseline none.json").exit, 7);
  EXPECT_FALSE(std::filesystem::exists(sandbox / "none.json")) << "nothing was seen that could be usual";
  EXPECT_THAT(sandbox.run("audit audit.log --baseline empty.log").err, HasSubstr("NL5053"));
}

TEST_F(Audit, GoesOnFromItsCheckpoint) {
  auto total = [&] {
    return nlohmann::json::parse(
               sandbox.run("audit audit.log --checkpoint seen.json -o json").out)["requests"]["total"]
        .get<int>();
  };
  static_cast<void>(sandbox.write("audit.log", text_of({.id = "a"}) + "\n"));
  EXPECT_EQ(total(), 1);
  EXPECT_THAT(schema_faults(sandbox.shell("cat seen.json").out), IsEmpty());
  static_cast<void>(sandbox.write("audit.log", text_of({.id = "a"}) + "\n" + text_of({.id = "b"}) + "\n"));
  EXPECT_EQ(total(), 1);
  static_cast<void>(sandbox.write("seen.json", "{}"));
  EXPECT_THAT(sandbox.run("audit audit.log --checkpoint seen.json").err, HasSubstr("NL5003"));
}

TEST_F(Audit, FollowsALogOverItsRotation) {
  static_cast<void>(sandbox.write("audit.log", text_of({.id = "old"}) + "\n"));
  static_cast<void>(sandbox.write("second", text_of({.id = "second", .uri = "/version"}) + "\n"));
  static_cast<void>(sandbox.write("third", text_of({.id = "third", .uri = "/api"}) + "\n"));
  Finished finished = sandbox.shell(
      "nightlatch audit audit.log --follow -o jsonl > seen & pid=$!; sleep 1; cat second >> audit.log; "
      "mv audit.log audit.log.1; cat third > audit.log; "
      "for i in 1 2 3 4 5 6 7 8 9 10; do [ \"$(wc -l < seen)\" -ge 2 ] && break; sleep 0.5; done; kill $pid; "
      "cat seen");
  std::vector<std::string> ids;
  std::istringstream lines(finished.out);
  for (std::string line; std::getline(lines, line);) ids.push_back(nlohmann::json::parse(line)["auditID"]);
  EXPECT_THAT(ids, testing::ElementsAre("second", "third")) << finished.err;
  EXPECT_THAT(sandbox.run("audit audit.log --follow").err, HasSubstr("--follow needs -o jsonl"));
  EXPECT_THAT(sandbox.run("audit - --follow -o jsonl").err, HasSubstr("NL1083"));
}

TEST_F(Audit, RefusesWhatItCannotUnderstand) {
  EXPECT_THAT(sandbox.run("audit gone.log").err, HasSubstr("NL5001"));
  EXPECT_EQ(sandbox.run("audit gone.log").exit, 2);
  EXPECT_THAT(sandbox.run("audit " + sample + " --since soon").err, HasSubstr("NL1080"));
  EXPECT_THAT(sandbox.run("audit " + sample + " --threads none").err, HasSubstr("NL1081"));
  EXPECT_THAT(sandbox.run("audit " + sample + " --nodes 10.0.0.0/33").err, HasSubstr("NL5051"));
  EXPECT_THAT(sandbox.run("audit " + sample + " --what-if").err, HasSubstr("NL1051"));
  EXPECT_THAT(sandbox.run("audit " + sample + " --what-if -p rbac-only").err, HasSubstr("NL1082"));
  static_cast<void>(sandbox.write("taxonomy.yaml", "kind: AuditTaxonomy\nclasses: [{name: x, mach: []}]\n"));
  EXPECT_THAT(sandbox.run("audit " + sample + " --taxonomy taxonomy.yaml").err,
              HasSubstr("taxonomy.yaml:2:"));
}

}  // namespace
}  // namespace nightlatch::cli
