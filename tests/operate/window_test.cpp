// apply and resume with a window: what is begun when, what is waited for, and what goes past it.
#include "operate/window.hpp"

#include "calendar/errors.hpp"
#include "operate/apply.hpp"
#include "operate/errors.hpp"
#include "operate/plan.hpp"
#include "operate/resume.hpp"
#include "operate/rollback.hpp"
#include "operate/rolled_bench.hpp"
#include "plan/check_codes.hpp"
#include "rollout/errors.hpp"
#include "util/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::chrono::system_clock::time_point at(const std::string& text) {
  return *parse_utc_timestamp(text);
}

// Saturday 22:00 to 02:00 in Berlin. A node needs 5 s, twice 5 min, 30 s of soak, 60 s for the balancer, 60
// s.
constexpr auto needed = 755s;

class InWindow : public RolledBench {
 protected:
  InWindow() {
    window("timezone: Europe/Berlin, allow: [{days: [Sat], start: \"22:00\", duration: 4h}]");
    person.on_pause = [this] { person.night += 30s; };
  }

  void window(const std::string& keys) {
    auto read = spec::parse_playbook(
        "apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec: {window: {" + keys + "}}\n", "p.yaml");
    ASSERT_TRUE(read) << read.error().message;
    playbook = *read;
  }
  Ports in_berlin() {
    Ports all = ports();
    all.reader_zone = [](calendar::sys_seconds) { return calendar::utc(); };
    return all;
  }
  ApplyInput input() const {
    ApplyInput one;
    one.plan.playbook = playbook;
    one.choices = choices;
    return one;
  }
  Outcome<report::RunReport> run() {
    Ports all = in_berlin();
    return apply(all, selection(), input());
  }
  Outcome<report::RunReport> go_on() {
    Ports all = in_berlin();
    return resume(all, selection(), {.run = {}, .choices = choices});
  }
  // The clock when the node's first request before its change comes.
  void set_clock_at(const std::string& name, std::chrono::system_clock::time_point time) {
    cluster.node(name).script.instead = [this,
                                         time](const node::Request& request) -> std::optional<node::Reply> {
      if (request.verb == node::Verb::stage) person.night = time;
      return std::nullopt;
    };
  }

  spec::Playbook playbook;
  RunChoices choices = without_asking();
};

TEST_F(InWindow, ARollInsideItGoesOn) {
  person.night = at("2026-11-28T21:00:00Z");
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
}

TEST_F(InWindow, OutsideItNothingIsBegunAndTheNextOpeningIsTold) {
  person.night = at("2026-11-26T12:00:00Z");
  auto report = run();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().exit, Exit::window);
  EXPECT_EQ(code_of(report), operate_errors::outside_window.number);
  EXPECT_EQ(report.error().errors[0].message, "the window is shut");
  EXPECT_THAT(
      report.error().errors[0].details,
      ElementsAre("it opens Sat 2026-11-28 22:00 CET (Sat 2026-11-28 21:00 UTC) until Sun 2026-11-29 02:00 "
                  "CET (Sun 2026-11-29 01:00 UTC)"));
  EXPECT_EQ(runs_kept(), 0U);
}

TEST_F(InWindow, ANodeThatDoesNotFitBeforeItsEndIsNotBegun) {
  person.night = at("2026-11-29T01:00:00Z") - needed;
  EXPECT_TRUE(run());
  start_anew();
  person.night = at("2026-11-29T01:00:00Z") - needed + 1s;
  auto report = run();
  EXPECT_EQ(exit_code(report), Exit::window);
  EXPECT_EQ(report.error().errors[0].message,
            "the window is open until Sun 2026-11-29 02:00 CET (Sun 2026-11-29 01:00 UTC), and one node "
            "needs 12 min "
            "35 s with its rollback");
}

TEST_F(InWindow, ADryRunARehearsalAndTheWayBackNeedNone) {
  person.night = at("2026-11-28T21:00:00Z");
  ASSERT_TRUE(run());
  person.night = at("2026-12-01T12:00:00Z");
  Ports all = in_berlin();
  RollbackInput back;
  back.choices = choices;
  auto undone = roll_back(all, selection(), back);
  ASSERT_TRUE(undone) << undone.error().errors[0].message;
  EXPECT_EQ(undone->result.exit, Exit::done);
  person.night += 1h;
  choices.dry_run = report::DryRun::yes;
  EXPECT_TRUE(run());
  choices.dry_run = report::DryRun::no;
  choices.rehearse = Rehearse::yes;
  EXPECT_TRUE(run());
}

TEST_F(InWindow, WaitsUntilItOpens) {
  person.night = at("2026-11-28T20:00:00Z");
  choices.when_shut = ForWindow::wait;
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(person.paused, 1h);
  ASSERT_THAT(person.said, SizeIs(1));
  EXPECT_THAT(person.said[0], HasSubstr("waiting for the window, which opens Sat 2026-11-28 22:00 CET"));
}

// A suspended workstation sleeps through it, and a clock is set back: only the clock of the moment counts.
TEST_F(InWindow, WaitingSurvivesASuspendAndAClockThatIsSet) {
  person.night = at("2026-11-28T20:00:00Z");
  choices.when_shut = ForWindow::wait;
  int naps = 0;
  person.on_pause = [&] {
    person.night += 30s;
    if (++naps == 3) person.night = at("2026-11-29T12:00:00Z");
    if (naps == 5) person.night = at("2026-12-05T20:59:00Z");
    if (naps == 6) person.night -= 1min;
  };
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_GE(person.night, at("2026-12-05T21:00:00Z"));
  EXPECT_GT(naps, 6);
}

TEST_F(InWindow, ThatIsNeverLongEnoughIsRefusedAlsoWhereOneWouldWait) {
  window("timezone: Europe/Berlin, allow: [{start: \"22:00\", duration: 10m}]");
  choices.when_shut = ForWindow::wait;
  auto report = run();
  EXPECT_EQ(exit_code(report), Exit::window);
  EXPECT_THAT(report.error().errors[0].message,
              HasSubstr("no opening in the next 400 days that is long enough"));
}

// --- the end of the window in mid-roll

TEST_F(InWindow, ItsEndPausesTheRollBetweenNodesAndResumeGoesOnInTheNext) {
  person.night = at("2026-11-28T22:00:00Z");
  set_clock_at("cp1", at("2026-11-29T00:50:00Z"));
  auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->result.exit, Exit::mixed);
  EXPECT_EQ(report->result.outcome, rollout::Outcome::paused);
  EXPECT_EQ(rollout::outcomes(report->result),
            (std::vector{rollout::NodeOutcome::confirmed, rollout::NodeOutcome::untouched,
                         rollout::NodeOutcome::untouched}));
  ASSERT_TRUE(report->result.nodes[1].trouble);
  EXPECT_EQ(report->result.nodes[1].trouble->code, rollout_errors::window_ended.number);
  EXPECT_THAT(report->result.nodes[1].trouble->why,
              HasSubstr("cp2 was not begun: the window ends Sun 2026-11-29 02:00 CET"));
  EXPECT_THAT(report->result.nodes[1].trouble->why, HasSubstr("it opens Sat 2026-12-05 22:00 CET"));
  cluster.node("cp1").script.instead = nullptr;
  EXPECT_EQ(exit_code(go_on()), Exit::window) << "still shut";
  person.night = at("2026-12-05T21:00:00Z");
  auto rest = go_on();
  ASSERT_TRUE(rest) << rest.error().errors[0].message;
  EXPECT_EQ(rest->result.exit, Exit::done);
  EXPECT_EQ(rest->plan.changing_nodes(), 2U);
}

// Between every two records of the roll the clock jumps behind the end, as after a suspend: what was begun is
// ended, no other node is begun, and resume does the rest in the next opening.
TEST_F(InWindow, NoNodeIsBegunBehindItsEndWhereverTheClockJumps) {
  person.night = at("2026-11-28T21:00:00Z");
  auto whole = run();
  ASSERT_TRUE(whole);
  std::vector<VirtualDriver::Moment> moments;
  for (const rollout::Record& record : person.runs.back().records)
    moments.push_back({record.node, record.step, record.phase});
  ASSERT_GT(moments.size(), 50U);
  for (const auto& [node, step, phase] : moments) {
    SCOPED_TRACE(node + " " + step + " " + std::string(rollout::name(phase)));
    start_anew();
    person.night = at("2026-11-28T21:00:00Z");
    driver.jump_at = {node, step, phase};
    driver.jump = [this] { person.night = at("2026-11-29T03:00:00Z"); };
    auto report = run();
    driver.jump_at.reset();
    ASSERT_TRUE(report);
    std::set<std::string> swapped_before;
    bool jumped = false;
    for (const rollout::Record& record : person.runs.back().records) {
      if (record.node == node && record.step == step && record.phase == phase) jumped = true;
      if (record.step != "staged" || record.phase != rollout::Phase::intend) continue;
      bool may_be_begun = step != "preflight" || phase == rollout::Phase::done;
      bool is_the_one_at_hand = record.node == node && may_be_begun;
      EXPECT_TRUE(!jumped || is_the_one_at_hand || swapped_before.contains(record.node))
          << record.node << " was begun behind the end";
      swapped_before.insert(record.node);
    }
    bool all = report->result.exit == Exit::done;
    EXPECT_TRUE(all || report->result.outcome == rollout::Outcome::paused);
    for (const rollout::NodeResult& one : report->result.nodes)
      EXPECT_TRUE(one.outcome == rollout::NodeOutcome::confirmed ||
                  one.outcome == rollout::NodeOutcome::untouched);
    if (all || changed_nodes().empty()) continue;
    EXPECT_EQ(exit_code(go_on()), Exit::window) << "still shut";
    person.night = at("2026-12-05T21:00:00Z");
    auto rest = go_on();
    ASSERT_TRUE(rest) << rest.error().errors[0].message;
    EXPECT_EQ(rest->result.exit, Exit::done);
  }
}

// --- past the window

const plan::OutsideWindow past{"the certificate ends tonight", "INC-7"};

TEST_F(InWindow, APlanThatGoesPastItSaysSoAndTheJournalToo) {
  person.night = at("2026-11-26T12:00:00Z");
  ApplyInput one = input();
  one.plan.outside_window = past;
  Ports all = in_berlin();
  auto report = apply(all, selection(), one);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
  EXPECT_EQ(report->plan.outside_window, past);
  EXPECT_EQ(report->progress.outside_window, "the certificate ends tonight");
  EXPECT_EQ(report->progress.ticket, "INC-7");
}

TEST_F(InWindow, AReviewedPlanGoesPastItOnlyIfItSaysSo) {
  person.night = at("2026-11-26T12:00:00Z");
  Ports all = in_berlin();
  std::string file = (directory / "plan.json").string();
  ASSERT_TRUE(make_plan(all, selection(), {.playbook = playbook}, file));
  ApplyInput one = input();
  one.reviewed = read_plan(file).value();
  one.choices.plan_file = file;
  one.plan.outside_window = past;
  EXPECT_EQ(code_of(apply(all, selection(), one)), operate_errors::override_not_planned.number);
  ASSERT_TRUE(make_plan(all, selection(), {.playbook = playbook, .outside_window = past}, file));
  std::string hash = one.reviewed->hash;
  one.reviewed = read_plan(file).value();
  EXPECT_NE(one.reviewed->hash, hash) << "who has approved the one has not approved the other";
  one.plan.outside_window.reset();
  auto report = apply(all, selection(), one);
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->result.exit, Exit::done);
}

TEST_F(InWindow, APlanWithoutAWindowHasNothingToGoPast) {
  playbook.window = {};
  ApplyInput one = input();
  one.plan.outside_window = past;
  Ports all = in_berlin();
  auto report = apply(all, selection(), one);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->plan.outside_window, std::nullopt);
}

// --- what plan says

std::vector<int> codes_of(const plan::Plan& plan) {
  std::vector<int> codes;
  for (const plan::PlanCheck& check : plan.checks) {
    if (check.code >= plan_checks::window_shut.number) codes.push_back(check.code);
  }
  return codes;
}

TEST_F(InWindow, APlanSaysWhenItOpens) {
  Ports all = in_berlin();
  person.night = at("2026-11-26T12:00:00Z");
  auto made = make_plan(all, selection(), {.playbook = playbook}, "");
  ASSERT_TRUE(made);
  EXPECT_THAT(codes_of(*made->plan), ElementsAre(plan_checks::window_shut.number));
  EXPECT_EQ(
      made->plan->checks.back().text,
      "the window opens Sat 2026-11-28 22:00 CET (Sat 2026-11-28 21:00 UTC) until Sun 2026-11-29 02:00 CET "
      "(Sun 2026-11-29 01:00 UTC)");
  person.night = at("2026-11-28T22:00:00Z");
  made = make_plan(all, selection(), {.playbook = playbook}, "");
  EXPECT_THAT(codes_of(*made->plan), IsEmpty());
  EXPECT_EQ(made->plan->checks.back().text,
            "the window is open until Sun 2026-11-29 02:00 CET (Sun 2026-11-29 01:00 UTC)");
}

TEST_F(InWindow, APlanWarnsWhereTheRollOrEvenOneNodeDoesNotFit) {
  Ports all = in_berlin();
  window("timezone: UTC, allow: [{start: \"22:00\", duration: 13m}]");
  auto made = make_plan(all, selection(), {.playbook = playbook}, "");
  EXPECT_THAT(codes_of(*made->plan),
              ElementsAre(plan_checks::window_shut.number, plan_checks::window_short.number));
  window("timezone: UTC, allow: [{start: \"22:00\", duration: 12m}]");
  made = make_plan(all, selection(), {.playbook = playbook}, "");
  EXPECT_THAT(codes_of(*made->plan), ElementsAre(plan_checks::window_never.number));
}

// --- the calendar and the zone

TEST_F(InWindow, AnEventOfTheCalendarKeepsItShut) {
  std::string file = (directory / "freeze.ics").string();
  ASSERT_TRUE(write_file_durably(file,
                                 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
                                 "DTSTART;VALUE=DATE:20261127\r\nDTEND;VALUE=DATE:20261201\r\nEND:VEVENT\r\n"
                                 "END:VCALENDAR\r\n"));
  window("timezone: Europe/Berlin, allow: [{days: [Sat], start: \"22:00\", duration: 4h}], calendar: " +
         file);
  person.night = at("2026-11-28T22:00:00Z");
  auto report = run();
  EXPECT_EQ(exit_code(report), Exit::window);
  EXPECT_THAT(report.error().errors[0].details[0], HasSubstr("opens Sat 2026-12-05 22:00 CET"));
  std::filesystem::remove(file);
  EXPECT_EQ(code_of(run()), util_errors::file_unreadable.number);
}

TEST_F(InWindow, AZoneThatTheSystemDoesNotHaveIsAnError) {
  window("timezone: Europe/Berlim, allow: [{start: \"22:00\", duration: 4h}]");
  EXPECT_EQ(code_of(run()), calendar_errors::zone_unknown.number);
}

TEST_F(InWindow, APlanKeepsItsWindowThroughItsFile) {
  window(
      "timezone: Europe/Berlin, dates: [{from: \"2026-12-01T20:00\", to: \"2026-12-02T02:00\"}], deny: "
      "[{days: "
      "[Mon, Tue], start: \"01:00\", duration: 2h}, {from: \"2026-12-24T00:00\", to: \"2026-12-27T00:00\"}], "
      "calendar: /etc/freeze.ics");
  plan::Plan plan;
  plan.playbook = playbook;
  plan.outside_window = past;
  plan::seal(plan);
  auto read = plan::from_json(plan::to_json(plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->playbook.window, playbook.window);
  EXPECT_EQ(read->outside_window, past);
  plan::Plan other = plan;
  other.playbook.window.deny.weekly.clear();
  plan::seal(other);
  EXPECT_NE(other.hash, plan.hash);
}

}  // namespace
}  // namespace nightlatch::operate
