// Every command that docs/errors.md advises is typed in the state that raised the code, and is not refused
// there.
#include "operate/advice_in_state.hpp"

#include "operate/explain.hpp"

namespace nightlatch::operate {

auto AdviceInState::rows_of_commands() -> std::vector<Row> {
  auto mended = [this] { mend(); };
  return {
      {1056, [this] { return go("nightlatch rollback 20200101T0000-0000"); }},
      {1057,
       [this] {
         roll_through();
         std::string first = newest_run();
         done("nightlatch rollback");
         auto journal = directory / "state/nightlatch/prod-eu1/runs" / first / "journal.jsonl";
         EXPECT_TRUE(write_file_durably(journal, "cut\n{}\n"));
         return go("nightlatch rollback");
       }},
      {1060,
       [this] {
         reviewed();
         cluster.cluster_api->hold_lock_elsewhere("20261122T0200-0000");
         return apply();
       }},
      {1062,
       [this] {
         Ports all = ports();
         return Said{.codes = {code_of(break_lock(all, selection(), "the workstation is gone"))}};
       }},
      {1065,
       [this] {
         roll_through();
         return go("nightlatch confirm RUN");
       }},
      {1066,
       [this] {
         cut("cp1", "swapped");
         node("cp1").script.guard_restores();
         node("cp1").set_manifest(node("cp1").script.manifest);
         return go("nightlatch confirm RUN");
       },
       [] {}, true},
      {1067,
       [this] {
         cut("cp1", "swapped");
         node("cp1").answers = [](const facts::Expectation&) { return 0; };
         return go("nightlatch confirm RUN");
       }},
      {1068,
       [this] {
         cut("cp1", "armed");
         return go("nightlatch confirm RUN");
       }},
      {1069,
       [this] {
         roll_through();
         refuse("cp4", Verb::place);
         return go("nightlatch node prepare HOST");
       },
       mended},
      {1210,
       [this] {
         node("cp2").unreachable = error_of(node_errors::session_cut, "cp2: the connection broke");
         return go("nightlatch detect");
       },
       mended},
      {1218,
       [this] {
         node("cp2").unreadable = error_of(node_errors::script_failed, "cp2: no last line");
         return go("nightlatch detect");
       },
       mended},
      {1344,
       [this] {
         roll_through();
         edit("cp2", "path: /etc/kubernetes/nightlatch", "path: /srv/nightlatch");
         return go("nightlatch rollback");
       }},
      {1416,
       [this] {
         reviewed();
         cluster.cluster_api->lock_unwritable = error_of(api_errors::lease_conflict, "was written");
         return apply();
       },
       mended},
  };
}

auto AdviceInState::rows_of_findings() -> std::vector<Row> {
  return {
      {2104,
       [this] {
         close("cp1");
         return go("nightlatch detect");
       }},
      {2107,
       [this] {
         for (const char* name : {"cp1", "cp2", "cp3"}) close(name);
         return go("nightlatch detect");
       }},
      {2120,
       [this] {
         write("FILE",
               "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n"
               "  - name: anonymous-auth\n    value: \"false\"\n");
         cluster.cluster_api->facts.kubeadm_config = read_file(path("FILE")).value();
         return go("nightlatch detect");
       }},
      {2109,
       [this] {
         auto shipped = golden_directory() / "rewrite/kubeadm-1.32.1-silent-conflict";
         const std::string file = "/etc/kubernetes/pki/authn.yaml";
         std::string config = read_file(shipped / "config.yaml").value();
         for (const char* name : {"cp1", "cp2", "cp3"}) {
           node(name).files[file] = {file, "0:0", "600", sha256_hex(config), config};
           node(name).set_manifest(
               plan::replaced(read_file(shipped / "input.yaml").value(), "10.0.0.11", node(name).facts.host));
         }
         return go("nightlatch detect");
       }},
      {6008,
       [this] {
         write("FILE", "kind: AuthenticationConfiguration\nanonymous: 3\n");
         Ports all = ports();
         return of(explain(all, {}, {.what = "NL3112", .authentication_config = path("FILE")}));
       }},
      {7001,
       [this] {
         roll_through();
         node("cp2").answers = [](const facts::Expectation&) { return 200; };
         return go("nightlatch verify");
       }},
  };
}

auto AdviceInState::rows_of_plans() -> std::vector<Row> {
  auto mended = [this] { mend(); };
  auto with_logins = [this] {
    for (const char* name : {"cp1", "cp2", "cp3"})
      edit(name, "    - --secure-port=6443\n",
           "    - --oidc-issuer-url=https://login.example.org\n    - --oidc-client-id=k8s\n"
           "    - --secure-port=6443\n");
    write("FILE", "token\n");
    return reviewed();
  };
  return {
      {3001,
       [this] {
         write("PLAN", "{}\n");
         auto plan = read_plan(path("PLAN"));
         return Said{.codes = {plan ? 0 : plan.error().code.number}};
       }},
      {3003,
       [this] {
         reviewed();
         node("cp2").set_manifest(node("cp2").facts.manifest.bytes + "# by hand\n");
         return apply();
       }},
      {3218,
       [this] {
         cut("cp2", "swapped");
         return go("nightlatch plan -p health-only");
       }},
      {3220,
       [this] {
         roll_through();
         node("cp3").set_manifest(node("cp3").facts.manifest.bytes + "# by hand\n");
         node("cp3").facts.manifest_backup.clear();
         return go("nightlatch rollback");
       }},
      {3226,
       [this] {
         reviewed();
         type("nightlatch apply -p health-only --rehearse");
         return go("nightlatch resume RUN");
       }},
      {3234,
       [this] {
         for (const char* name : {"cp1", "cp2", "cp3"}) close(name);
         roll_through();
         return go("nightlatch rollback");
       }},
      {3251,
       [this] {
         cut("cp2", "swapped");
         return go("nightlatch node prepare HOST");
       }},
      {3253,
       [this] {
         roll_through();
         node("cp4").facts.machine_id = "machine-1";
         return go("nightlatch node prepare HOST");
       }},
      {3260,
       [this] {
         roll_through();
         return go("nightlatch rollback RUN --skip cp9");
       }},
      {3303,
       [this] {
         cluster.cluster_api->facts.kubeadm_config = read_file(path("FILE")).value();
         spec::Playbook playbook = load_playbook("health-only").value();
         playbook.persist_kubeadm_config = false;
         Ports all = ports();
         return of(make_plan(all, selection(), {.playbook = playbook}, {}));
       }},
      {3304, [this] { return reviewed(); }, [this] { EXPECT_EQ(apply().exit, Exit::done); }},
      {3305, with_logins},
      {3322,
       [this, with_logins] {
         static_cast<void>(with_logins());
         write("MANIFEST", node("cp1").facts.manifest.bytes);
         return of(rewrite({.manifest = path("MANIFEST"), .playbook = "health-only", .today = "2026-11-28"}));
       }},
      {3308,
       [this] {
         node("cp3").facts.running_argv.clear();
         node("cp3").facts.pod.running = false;
         return reviewed();
       }},
      {3320,
       [this] {
         cluster.cluster_api->facts.kubeadm_config = read_file(path("FILE")).value();
         roll_through();
         take_api_away();
         return go("nightlatch rollback");
       },
       mended},
      {3332,
       [this] {
         roll_through();
         lose_host("cp3");
         return go("nightlatch rollback RUN --skip cp3");
       },
       mended},
      {3336,
       [this] {
         roll_through();
         cluster.cluster_api->facts.control_plane.push_back({"cp4", "10.0.0.14", "machine-4", true});
         return go("nightlatch rollback");
       }},
      {3337,
       [this] {
         roll_through();
         Ports all = ports();
         auto opened = open_again(all, selection(), {.because = "an incident", .choices = yes()});
         Said said;
         if (opened) {
           for (const plan::PlanCheck& check : opened->plan.checks) said.codes.insert(check.code);
         }
         return said;
       }},
  };
}

namespace {

TEST_F(AdviceInState, IsNotRefused) {
  for (const Row& row : rows()) {
    SCOPED_TRACE(code_name(row.code));
    std::vector<std::string> commands = advised(row.code);
    std::erase_if(commands, [&](const std::string& one) { return !one.starts_with(row.only); });
    EXPECT_FALSE(commands.empty());
    // What only reads leaves the state as it is.
    auto changing = row.one_after_the_other
                        ? commands.end()
                        : std::stable_partition(commands.begin(), commands.end(), only_reads);
    if (changing != commands.begin()) play(row, {commands.begin(), changing});
    for (auto one = changing; one != commands.end(); ++one) play(row, {*one});
  }
}

// NL3111 advises a copy and no command of nightlatch.
TEST_F(AdviceInState, AnEditedConfigurationFileIsMendedByTheCopyOfAnotherNode) {
  begin();
  roll_through();
  std::optional<facts::FileFacts>& file = node("cp2").facts.authentication_config;
  ASSERT_TRUE(file);
  file->bytes += "# by hand\n";
  file->sha256 = sha256_hex(file->bytes);
  EXPECT_THAT(go("nightlatch plan -p health-only").codes, testing::Contains(3111));
  file = node("cp1").facts.authentication_config;
  EXPECT_THAT(file->path, testing::HasSubstr(short_hash(sha256_hex(file->bytes)))) << "as the advice says";
  done("nightlatch plan -p health-only");
}

// Where people have keys, or a playbook has a window: what is advised is done by the tests that bring the
// code about, on benches of their own.
std::map<int, std::string> played_elsewhere() {
  return {
      {1075, "Approved2.APlanIsAppliedAndTheRunKeepsWhoHasApproved"},
      {1078, "InWindow.AReviewedPlanGoesPastItOnlyIfItSaysSo"},
      {1091, "History.ListsWhatIsAskedFor"},
      {1092, "Bundles.WhatIsNoneIsRefused"},
      {1093, "Bundles.EveryFileThatWasChangedAddedOrRemovedIsNamed"},
      {1094, "Bundles.ASignerThatIsDemandedMustHaveSigned"},
      {4005, "VerifyRuns.AJournalWithoutAnEndCannotBeJudged"},
      {4006, "VerifyRuns.RecordsThatAreMissingAtTheEndAreNamed"},
      {1084, "Help.OfEveryCommandEndsWithExamplesAndWhereTheSharedOptionsAre"},
      {3010, "Approving.WritesWhatSshKeygenAloneVerifies"},
      {3011, "Approved2.APlanIsAppliedAndTheRunKeepsWhoHasApproved"},
      {3350, "InWindow.WaitsUntilItOpens"},
      {3351, "InWindow.ItsEndPausesTheRollBetweenNodesAndResumeGoesOnInTheNext"},
      {4118, "Resuming.IsRefusedWhereTheApprovalsHaveExpiredUntilThereAreNewOnes"},
      {4140, "WithHooks.AProgramThatFailsStopsTheRollBetweenNodesAndIsQuoted"},
      {4119, "InWindow.ItsEndPausesTheRollBetweenNodesAndResumeGoesOnInTheNext"},
  };
}

TEST_F(AdviceInState, EveryAdvisedCommandIsPlayed) {
  std::set<int> played;
  for (const Row& row : rows()) played.insert(row.code);
  for (const auto& [number, where] : played_elsewhere()) {
    EXPECT_FALSE(advised(number).empty()) << code_name(number) << " " << where;
    EXPECT_TRUE(played.insert(number).second) << code_name(number) << " " << where;
  }
  for (int number = 1000; number < 8000; ++number) {
    if (advised(number).empty()) continue;
    EXPECT_TRUE(played.contains(number)) << code_name(number);
  }
}

}  // namespace
}  // namespace nightlatch::operate
