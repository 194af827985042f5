// The pages under docs/examples are what the code makes of the samples; NIGHTLATCH_RECORD=1 writes them
// again, and fails so that they are looked at.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "places.hpp"
#include "report/evidence.hpp"
#include "report/render.hpp"
#include "report/report_samples.hpp"
#include "report/runbook_sample.hpp"
#include "report/screen.hpp"
#include "rollout/journal.hpp"
#include "util/file.hpp"
#include "util/hash.hpp"
#include "util/overloaded.hpp"

namespace nightlatch::report {
namespace {

// Names of nodes that a browser or a terminal must not obey.
const std::string script = "<script>alert(1)</script>";
const std::string escape = "cp2\x1b[2J\u202e";

// What it is made of; `name` says in which format.
std::string expect_example(const std::string& name, const Page& page) {
  std::string text;
  Out out(text, plain());
  out.set_shared_options(" -i prod.yaml");
  write_page(page, name.ends_with(".md") ? Format::markdown : Format::html, out);
  std::filesystem::path file = source_directory() / "docs/examples" / name;
  if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
    EXPECT_TRUE(write_file_durably(file, text, 0644));
    ADD_FAILURE() << "written again: " << file;
    return text;
  }
  EXPECT_EQ(read_file(file).value_or("make it: NIGHTLATCH_RECORD=1"), text)
      << "make it again: NIGHTLATCH_RECORD=1";
  return text;
}

void expect_page(const std::string& name, const Page& page) {
  std::string html = expect_example(name, page);
  EXPECT_THAT(html, testing::HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_THAT(html, testing::Not(testing::HasSubstr("<script")));
}

void rename_node(plan::Plan& plan, std::size_t index, const std::string& name) {
  for (plan::Change& change : plan.changes) {
    std::visit(overloaded{[&](plan::ManifestChange& manifest) {
                            if (manifest.node == plan.nodes[index].name) manifest.node = name;
                          },
                          [](plan::ObjectChange&) {}},
               change);
  }
  plan.nodes[index].name = name;
}

// The file that its paths give.
const std::string config =
    "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanonymous:\n"
    "  enabled: true\n  conditions:\n  - path: /healthz\n  - path: /livez\n  - path: /readyz\n";

plan::Plan example_plan() {
  plan::Plan plan = samples::plan();
  rename_node(plan, 1, script);
  for (plan::Change& change : plan.changes)
    std::get<plan::ManifestChange>(change).config_sha256 = sha256_hex(config);
  plan.created = "2026-11-22T01:10:00Z";
  plan::seal(plan);
  return plan;
}

TEST(Examples, PlanPage) {
  plan::Plan plan = example_plan();
  auto bytes = samples::diffs();
  bytes[script] = bytes["cp1"];
  bytes["cp3"].config = config;
  expect_page("plan.html", page_of(PlanScreen{.plan = plan, .bytes = bytes, .file = "lockdown.json"}));
}

// Of the same plan.
TEST(Examples, RunbookPages) {
  Runbook book = samples::runbook_of(example_plan());
  book.change = "CHG-4711";
  book.options = " -i prod.yaml";
  std::string text = expect_example("runbook.md", page_of(book));
  EXPECT_THAT(text, testing::HasSubstr("\\<script\\>alert(1)\\</script\\>"));
  std::string html = expect_example("runbook.html", page_of(book));
  EXPECT_THAT(html, testing::HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_THAT(html, testing::Not(testing::HasSubstr("<script>alert")));
}

TEST(Examples, DetectPage) {
  DetectReport report = samples::detect_report();
  report.nodes[0].name = script;
  report.nodes[1].name = escape;
  expect_page("detect.html", page_of(report));
}

// What two runs have left: tests/data/runs/NAME is a directory of theirs.
PastRun kept_run(const std::string& name) {
  std::filesystem::path directory = source_directory() / "tests/data/runs" / name;
  PastRun run;
  run.plan = plan::from_json(read_file(directory / "plan.json").value(), "plan.json").value();
  run.cluster = run.plan->cluster;
  auto chain = rollout::read_chain(read_file(directory / "journal.jsonl").value(), "journal.jsonl").value();
  for (const rollout::Record& record : chain.records) {
    run.progress.fold(record);
    run.timeline.fold(record);
  }
  run.run = run.progress.run;
  run.journal = {chain.records.size(), chain.head};
  return run;
}

TEST(Examples, FinishedRunPage) {
  PastRun run = kept_run("done");
  ASSERT_GT(run.progress.client.requests, 0U);
  EXPECT_THAT(expect_example("run.html", evidence_page(run)), testing::Not(testing::HasSubstr("<script")));
}

TEST(Examples, StoppedRunPage) {
  EXPECT_THAT(expect_example("run-stopped.html", evidence_page(kept_run("stopped"))),
              testing::Not(testing::HasSubstr("<script")));
}

}  // namespace
}  // namespace nightlatch::report
