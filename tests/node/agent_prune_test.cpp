// What a confirmed run takes away (S3): runs beyond the five newest, and config files that nothing names.
#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class AgentPruneTest : public AgentTest {
 protected:
  // One that came to `step` so many days ago, and whose manifests named the config file.
  void past_run(const std::string& id, int days_ago, const std::string& step,
                const std::string& config = "none") const {
    fs::path directory = node.home() / "runs" / id;
    write(directory / "state", fmt::format("run={}\nstep={}\n", id, step));
    write(directory / "manifest.before", fmt::format("# {}\n", config));
    fs::last_write_time(directory, fs::file_time_type::clock::now() - std::chrono::hours(24 * days_ago));
  }
  void config_file(const std::string& digits) const {
    write(node.home() / "config" / fmt::format("authn-{}.yaml", digits),
          "kind: AuthenticationConfiguration\n");
  }
  [[nodiscard]] std::vector<std::string> names_in(const fs::path& directory) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename());
    return names;
  }
  [[nodiscard]] std::vector<std::string> runs() const { return names_in(node.home() / "runs"); }
  [[nodiscard]] std::vector<std::string> configs() const { return names_in(node.home() / "config"); }

  [[nodiscard]] Reply confirm(std::optional<std::vector<std::string>> named) const {
    node.go_to(Step::soaked);
    Request request = node.request(Verb::confirm);
    request.kubeadm_names = std::move(named);
    return node.call(request);
  }
};

INSTANTIATE_TEST_SUITE_P(Shells, AgentPruneTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentPruneTest, TheFiveNewestRunsAreKept) {
  for (int i = 1; i <= 7; ++i) past_run(fmt::format("run-{}", i), i, i % 2 == 0 ? "restored" : "confirmed");
  EXPECT_EQ(confirm(std::nullopt).state.step, Step::confirmed) << node.last_stderr();
  EXPECT_THAT(runs(), UnorderedElementsAre(run_id, "run-1", "run-2", "run-3", "run-4"));
}

TEST_P(AgentPruneTest, ARunThatHasNotComeToItsEndIsKept) {
  for (int i = 1; i <= 5; ++i) past_run(fmt::format("run-{}", i), i, "confirmed");
  past_run("armed-once", 30, "armed");
  past_run("damaged", 31, "");
  fs::create_directories(node.home() / "runs/empty");
  fs::last_write_time(node.home() / "runs/empty",
                      fs::file_time_type::clock::now() - std::chrono::hours(1000));
  EXPECT_EQ(confirm(std::nullopt).state.step, Step::confirmed) << node.last_stderr();
  EXPECT_THAT(runs(), UnorderedElementsAre(run_id, "run-1", "run-2", "run-3", "run-4", "armed-once",
                                           "damaged", "empty"));
}

TEST_P(AgentPruneTest, NothingIsTakenAwayBeforeTheConfirmation) {
  for (int i = 1; i <= 7; ++i) past_run(fmt::format("run-{}", i), i, "confirmed");
  config_file("000000000001");
  node.go_to(Step::soaked);
  EXPECT_EQ(runs().size(), 8U);
  EXPECT_EQ(configs().size(), 1U);
}

TEST_P(AgentPruneTest, AConfigFileThatNothingNamesGoes) {
  config_file("00000000000a");
  config_file("00000000000b");
  config_file("00000000000c");
  config_file("00000000000d");
  config_file("00000000000e");
  write(node.home() / "config/notes", "a colleague's\n");
  past_run("run-1", 1, "confirmed", "/etc/kubernetes/nightlatch/config/authn-00000000000a.yaml");
  write(node.home() / "runs/run-1/plan.json", "{\"config\": \"authn-00000000000b.yaml\"}\n");
  write(node.manifest().parent_path() / "other.yaml", "# authn-00000000000c.yaml\n");
  EXPECT_EQ(
      confirm(std::vector<std::string>{"/etc/kubernetes/nightlatch/config/authn-00000000000d.yaml"}).kind,
      ReplyKind::ok)
      << node.last_stderr();
  EXPECT_THAT(configs(), UnorderedElementsAre("authn-00000000000a.yaml", "authn-00000000000b.yaml",
                                              "authn-00000000000c.yaml", "authn-00000000000d.yaml", "notes"));
}

TEST_P(AgentPruneTest, AFileGoesWithTheLastRunThatNamesIt) {
  for (int i = 1; i <= 4; ++i) past_run(fmt::format("run-{}", i), i, "confirmed");
  past_run("run-5", 5, "confirmed", "authn-00000000000a.yaml");
  config_file("00000000000a");
  EXPECT_EQ(confirm(std::vector<std::string>{}).kind, ReplyKind::ok) << node.last_stderr();
  EXPECT_THAT(runs(), Not(Contains("run-5")));
  EXPECT_TRUE(configs().empty());
}

TEST_P(AgentPruneTest, WhereKubeadmConfigIsNotKnownEveryConfigFileStays) {
  config_file("00000000000a");
  EXPECT_EQ(confirm(std::nullopt).kind, ReplyKind::ok) << node.last_stderr();
  EXPECT_THAT(configs(), ElementsAre("authn-00000000000a.yaml"));
}

TEST_P(AgentPruneTest, AFileIsKeptWhereAManifestCannotBeRead) {
  config_file("00000000000a");
  past_run("run-1", 1, "confirmed");
  node.shim("grep", "case \"$*\" in *runs/run-1/manifest.before) exit 2 ;; esac\nexec /bin/grep \"$@\"\n");
  EXPECT_EQ(confirm(std::vector<std::string>{}).kind, ReplyKind::ok) << node.last_stderr();
  EXPECT_THAT(configs(), ElementsAre("authn-00000000000a.yaml"));
}

}  // namespace

}  // namespace nightlatch::node::test
