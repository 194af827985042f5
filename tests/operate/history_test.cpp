// The runs that are listed and compared, and files of runs that somebody has changed.
#include "operate/history.hpp"

#include <functional>

#include "operate/bundle.hpp"
#include "operate/errors.hpp"
#include "operate/rollback.hpp"
#include "operate/rolled_bench.hpp"
#include "operate/run_store.hpp"
#include "plan/errors.hpp"
#include "report/schema_check.hpp"
#include "rollout/errors.hpp"
#include "util/errors.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using report::VerifiedRun;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class HistoryBench : public RolledBench {
 protected:
  [[nodiscard]] std::filesystem::path path_in(const std::string& run, const std::string& name) const {
    return directory / ("state/nightlatch/prod-eu1/runs/" + run + "/" + name);
  }
  void edit(const std::string& run, const std::string& name,
            const std::function<void(std::string&)>& change) const {
    std::string bytes = read_file(path_in(run, name)).value();
    std::string before = bytes;
    change(bytes);
    ASSERT_NE(bytes, before) << "nothing was changed";
    ASSERT_TRUE(write_file_durably(path_in(run, name), bytes));
  }
  void edit_lines(const std::string& run,
                  const std::function<void(std::vector<std::string>&)>& change) const {
    edit(run, "journal.jsonl", [&](std::string& bytes) {
      std::vector<std::string> lines = split(bytes, '\n');
      lines.pop_back();
      change(lines);
      bytes = join(lines, "\n") + "\n";
    });
  }
  static VerifiedRun verified(const std::string& run) {
    auto runs = verify_runs({.cluster = "prod-eu1", .what = run});
    EXPECT_TRUE(runs);
    EXPECT_THAT(report::schema_faults(report::verification_json(*runs)), IsEmpty());
    return runs->front();
  }
  // Of the one fault: code and message, without the directory.
  static std::string fault_of(const std::string& run) {
    VerifiedRun one = verified(run);
    if (one.faults.size() != 1) return fmt::format("{} faults", one.faults.size());
    std::string message = one.faults.front().message;
    std::size_t name = message.rfind(run + "/");
    return fmt::format("{} {}", code_name(one.faults.front().code.number),
                       name == std::string::npos ? message : message.substr(name + run.size() + 1));
  }
};

class History : public HistoryBench {
 protected:
  std::vector<std::string> listed(const HistoryFilter& filter) {
    auto runs = list_runs(filter, person.night);
    if (!runs) return {runs.error().errors.front().message};
    std::vector<std::string> ids;
    for (const report::PastRun& run : *runs) ids.push_back(run.run);
    return ids;
  }
};

TEST_F(History, ListsWhatIsAskedFor) {
  driver.interrupt_at = {"cp1", "swapped", rollout::Phase::done};
  std::string first = roll();
  driver.interrupt_at.reset();
  person.night += std::chrono::hours(30);
  driver.let_pass(cluster, std::chrono::hours(30));
  std::string second = roll();
  EXPECT_THAT(listed({}), ElementsAre(second, first));
  EXPECT_THAT(listed({.cluster = "elsewhere"}), IsEmpty());
  EXPECT_THAT(listed({.outcomes = {"interrupted"}}), ElementsAre(first));
  EXPECT_THAT(listed({.outcomes = {"done", "interrupted"}}), ElementsAre(second, first));
  EXPECT_THAT(listed({.since = "24h"}), ElementsAre(second));
  EXPECT_THAT(listed({.since = "2026-11-22"}), ElementsAre(second, first));
  EXPECT_THAT(listed({.node = "cp3"}), ElementsAre(second));
  EXPECT_THAT(listed({.node = "cp9"}), IsEmpty());
  EXPECT_THAT(listed({.outcomes = {"interrupt"}}), ElementsAre("no run ends \"interrupt\""));
  EXPECT_THAT(listed({.since = "soon"}), ElementsAre("\"soon\" is no time"));
}

TEST_F(History, ComparesTwoRunsNodeByNode) {
  driver.interrupt_at = {"cp1", "swapped", rollout::Phase::done};
  std::string first = roll();
  driver.interrupt_at.reset();
  person.night += std::chrono::hours(1);
  std::string second = roll();
  auto both = compare_runs("", first, second);
  ASSERT_TRUE(both);
  EXPECT_THAT(report::schema_faults(report::comparison_json(*both)), IsEmpty());
  std::string text;
  report::Out out(text, Terminal{});
  report::write_markdown(report::page_of(*both), out);
  EXPECT_THAT(text, HasSubstr("| outcome | interrupted | done | differs |"));
  EXPECT_THAT(text, HasSubstr("| cluster | prod-eu1 | prod-eu1 |  |"));
  EXPECT_THAT(text, HasSubstr("cp3"));
  EXPECT_EQ(code_of(compare_runs("", first, "20200101T0000-0000")), operate_errors::run_unknown.number);
}

class VerifyRuns : public HistoryBench {
 protected:
  VerifyRuns() : run(roll()) {}
  std::string run;
};

TEST_F(VerifyRuns, ThatNobodyHasTouchedAreWhole) {
  VerifiedRun one = verified(run);
  EXPECT_THAT(one.faults, IsEmpty());
  EXPECT_GT(one.records, 40U);
  EXPECT_EQ(one.outcome, "done");
  EXPECT_EQ(one.head.size(), 64U);
  auto all = verify_runs({});
  ASSERT_TRUE(all);
  EXPECT_EQ(report::exit_of(*all), Exit::done);
  EXPECT_EQ(code_of(verify_runs({.what = "20200101T0000-0000"})), operate_errors::run_unknown.number);
}

TEST_F(VerifyRuns, AChangedRecordIsNamedByItsNumber) {
  edit_lines(run, [](std::vector<std::string>& lines) {
    lines[6].replace(lines[6].find("\"phase\":\""), 9, "\"phase\": \"");
  });
  EXPECT_EQ(fault_of(run), "NL4002 journal.jsonl:7: record 7 was changed after it was written");
}

TEST_F(VerifyRuns, ARemovedRecordIsNamedByItsNumber) {
  edit_lines(run, [](std::vector<std::string>& lines) { lines.erase(lines.begin() + 4); });
  EXPECT_EQ(fault_of(run), "NL4002 journal.jsonl:5: record 5 is missing: record 6 follows record 4");
}

TEST_F(VerifyRuns, RecordsInAnotherOrderAreNamedByTheirNumbers) {
  edit_lines(run, [](std::vector<std::string>& lines) { std::swap(lines[8], lines[11]); });
  EXPECT_EQ(fault_of(run), "NL4002 journal.jsonl:9: record 12 stands in the place of record 9");
}

// The chain itself is whole then.
TEST_F(VerifyRuns, RecordsThatAreMissingAtTheEndAreNamed) {
  std::size_t records = verified(run).records;
  edit_lines(run, [](std::vector<std::string>& lines) { lines.pop_back(); });
  EXPECT_EQ(fault_of(run),
            fmt::format("NL4006 journal.jsonl: record {} is missing at its end, by evidence.json", records));
  edit_lines(run, [](std::vector<std::string>& lines) { lines.resize(lines.size() - 2); });
  EXPECT_EQ(fault_of(run),
            fmt::format("NL4006 journal.jsonl: records {} to {} are missing at its end, by evidence.json",
                        records - 2, records));
  EXPECT_EQ(report::exit_of({verified(run)}), Exit::usage);
}

TEST_F(VerifyRuns, ALastRecordThatWasChangedIsNamed) {
  std::size_t records = verified(run).records;
  edit_lines(run, [](std::vector<std::string>& lines) {
    lines.back().replace(lines.back().find("\"outcome\":\"done\""), 16, "\"outcome\":\"gone\"");
  });
  EXPECT_EQ(fault_of(run),
            fmt::format("NL4006 journal.jsonl: record {} was changed after it was written, by evidence.json",
                        records));
}

TEST_F(VerifyRuns, AJournalThatIsCutInALineHasLostThatRecord) {
  std::size_t records = verified(run).records;
  edit(run, "journal.jsonl", [](std::string& bytes) { bytes.resize(bytes.size() - 20); });
  EXPECT_EQ(fault_of(run),
            fmt::format("NL4006 journal.jsonl: record {} is missing at its end, by evidence.json", records));
}

TEST_F(VerifyRuns, BytesBehindTheEndAreNoted) {
  std::size_t records = verified(run).records;
  edit(run, "journal.jsonl", [](std::string& bytes) { bytes += std::string(4096, '\0'); });
  EXPECT_EQ(fault_of(run),
            fmt::format("NL4006 journal.jsonl: bytes follow record {}, the end of the run", records));
}

TEST_F(VerifyRuns, WhatALinkLeadsToIsNotTakenIn) {
  std::filesystem::path report = path_in(run, "report.md");
  std::filesystem::remove(report);
  std::filesystem::create_symlink("/etc/passwd", report);
  EXPECT_EQ(code_of(verify_runs({.cluster = "prod-eu1", .what = run})), util_errors::file_unreadable.number);
  EXPECT_EQ(code_of(export_run({.cluster = "prod-eu1", .run = run, .out = (directory / "x.tar").string()})),
            util_errors::file_unreadable.number);
  EXPECT_FALSE(std::filesystem::exists(directory / "x.tar"));
}

TEST_F(VerifyRuns, ABundleDoesNotReplaceAFileOfItsRun) {
  std::string plan = path_in(run, "plan.json").string();
  EXPECT_EQ(code_of(export_run({.cluster = "prod-eu1", .run = run, .out = plan})),
            util_errors::file_unwritable.number);
  EXPECT_THAT(verified(run).faults, IsEmpty());
}

TEST_F(VerifyRuns, SignersOfARunAreRefusedBecauseOnlyABundleHasAny) {
  EXPECT_EQ(code_of(verify_runs({.cluster = "prod-eu1", .what = run, .allowed_signers = "signers"})),
            operate_errors::not_a_bundle.number);
}

TEST_F(VerifyRuns, AnAddedRecordIsNamed) {
  std::size_t records = verified(run).records;
  edit_lines(run, [&](std::vector<std::string>& lines) {
    rollout::Record more{records + 1, 1'795'310'045'000, run, "cp1", "staged", rollout::Phase::done, {}};
    lines.push_back(rollout::to_line(more, sha256_hex(lines.back())));
  });
  VerifiedRun one = verified(run);
  ASSERT_EQ(one.faults.size(), 2U);
  EXPECT_THAT(one.faults[0].message,
              HasSubstr(fmt::format("record {} follows the end of the run", records + 1)));
  EXPECT_THAT(one.faults[1].message, HasSubstr(fmt::format("record {} was added", records + 1)));
}

TEST_F(VerifyRuns, AnotherPlanIsNamed) {
  plan::Plan plan = find_run("prod-eu1", run)->plan.value();
  plan.playbook.gates.soak = std::chrono::seconds(1);
  plan::seal(plan);
  ASSERT_TRUE(write_file_durably(path_in(run, "plan.json"), plan::to_json(plan)));
  VerifiedRun one = verified(run);
  ASSERT_FALSE(one.faults.empty());
  EXPECT_THAT(one.faults[0].message, HasSubstr("and record 1 says that the run carried out"));
  edit(run, "plan.json", [](std::string& bytes) { bytes.replace(bytes.find("prod-eu1"), 8, "prod-eu2"); });
  EXPECT_EQ(verified(run).faults[0].code.number, plan_errors::plan_edited.number);
}

TEST_F(VerifyRuns, AnEditedEvidenceIsNamedByItsPlace) {
  edit(run, "evidence.json", [](std::string& bytes) {
    bytes.replace(bytes.find("\"outcome\": \"done\""), 17, "\"outcome\": \"paused\"");
  });
  EXPECT_EQ(fault_of(run), "NL4006 evidence.json: /outcome: it says \"paused\", the journal \"done\"");
  ASSERT_TRUE(write_file_durably(path_in(run, "evidence.json"), "{}"));
  EXPECT_EQ(fault_of(run), "NL4006 evidence.json: it is no nightlatch.dev/evidence/v1");
}

TEST_F(VerifyRuns, AJournalOfAnotherRunIsNamed) {
  person.night += std::chrono::hours(1);
  Ports all = ports();
  auto back = roll_back(all, selection(), {.run = run, .choices = without_asking()});
  ASSERT_TRUE(back);
  const std::string& other = back->run;
  std::filesystem::copy_file(path_in(run, "journal.jsonl"), path_in(other, "journal.jsonl"),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(verified(other).faults.front().message, HasSubstr("record 1 is of run " + run));
}

TEST_F(VerifyRuns, AJournalWithoutAnEndCannotBeJudged) {
  edit_lines(run, [](std::vector<std::string>& lines) { lines.resize(20); });
  std::filesystem::remove(path_in(run, "evidence.json"));
  EXPECT_THAT(fault_of(run), HasSubstr("NL4005 journal.jsonl: it has no end after record 20"));
  EXPECT_EQ(report::exit_of({verified(run)}), Exit::coverage);
}

// As earlier versions left them.
TEST_F(VerifyRuns, AnEndedRunWithoutEvidenceIsWhole) {
  std::filesystem::remove(path_in(run, "evidence.json"));
  EXPECT_THAT(verified(run).faults, IsEmpty());
}

}  // namespace
}  // namespace nightlatch::operate
