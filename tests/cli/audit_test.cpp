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
  EXPECT_EQ(json["whatIf"]["missingPaths"], nlohmann::json::parse(R"(["/version"])"));
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
