// The verb `place`: the configuration file that a manifest is to name.
#include <sys/stat.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

class AgentPlaceTest : public AgentTest {};

INSTANTIATE_TEST_SUITE_P(Shells, AgentPlaceTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentPlaceTest, WritesTheConfigFileReadableLikeTheServersKey) {
  Request place = node.request(Verb::place);
  place.config = "kind: AuthenticationConfiguration\n";
  place.config_path = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml";
  EXPECT_OK(node.call(place), Step::idle);
  EXPECT_OK(node.call(place), Step::idle);
  fs::path file = node.home() / "config/authn-0123456789ab.yaml";
  EXPECT_EQ(read(file), place.config);
  struct stat file_facts{};
  ASSERT_EQ(::stat(file.c_str(), &file_facts), 0);
  EXPECT_EQ(file_facts.st_mode & 07777U, 0640U);
  EXPECT_EQ(fs::status(node.home()).permissions(), fs::perms::owner_all);
}

// What is printed is typed as it stands.
TEST_P(AgentPlaceTest, AnEditedFileThatNothingNamesIsMovedAsideByThePrintedCommand) {
  Request place = node.request(Verb::place);
  place.config = "kind: AuthenticationConfiguration\n";
  place.config_path = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml";
  EXPECT_OK(node.call(place), Step::idle);
  fs::path file = node.home() / "config/authn-0123456789ab.yaml";
  write(file, "edited by hand\n");
  Reply refused = node.call(place);
  EXPECT_EQ(refused.kind, ReplyKind::refused);
  std::string command = fmt::format("mv {0} {0}.edited", file.string());
  EXPECT_EQ(refused.why, fmt::format("somebody has edited {}: its content does not match the hash in its "
                                     "name. No manifest of this node names it: move it aside, as root on the "
                                     "node: {}",
                                     file.string(), command));
  EXPECT_EQ(read(file), "edited by hand\n");
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_OK(node.call(place), Step::idle);
  EXPECT_EQ(read(file), place.config);
  EXPECT_EQ(read(file.string() + ".edited"), "edited by hand\n");
}

// An API server that reads it would not start without it.
TEST_P(AgentPlaceTest, AnEditedFileThatAManifestNamesIsNotToBeMoved) {
  Request place = node.request(Verb::place);
  place.config = "kind: AuthenticationConfiguration\n";
  place.config_path = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml";
  write(node.home() / "config/authn-0123456789ab.yaml", "edited by hand\n");
  write(node.manifest(), before_bytes + "# --authentication-config=" + place.config_path + "\n");
  Reply refused = node.call(place);
  EXPECT_EQ(refused.kind, ReplyKind::refused);
  EXPECT_EQ(refused.why.find("mv "), std::string::npos) << refused.why;
  EXPECT_NE(refused.why.find("kube-apiserver.yaml names it: copy it from another control-plane node"),
            std::string::npos)
      << refused.why;
}

// A host that is yet to join has nothing of Kubernetes.
TEST_P(AgentPlaceTest, OnAFreshHostTakesOwnerAndModeAsAsked) {
  fs::remove_all(node.root() / "etc/kubernetes");
  Request place;
  place.verb = Verb::place;
  place.run = "prepare";
  place.config = "kind: AuthenticationConfiguration\n";
  place.config_path = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml";
  // Who is not root gives files to himself alone.
  place.config_owner = fmt::format("{}:{}", ::getuid(), ::getuid() == 0 ? 12 : ::getgid());
  place.config_mode = "644";
  EXPECT_OK(node.call(place), Step::idle);
  facts::FileFacts seen =
      node.facts({.asked_file = place.config_path}).facts.asked_file.value_or(facts::FileFacts{});
  EXPECT_EQ(seen.path, place.config_path);
  EXPECT_EQ(seen.bytes, place.config);
  EXPECT_EQ(seen.sha256, sha256_hex(place.config));
  EXPECT_EQ(seen.owner, place.config_owner);
  EXPECT_EQ(seen.mode, "644");
  EXPECT_TRUE(node.facts().facts.manifest_path.empty());
  fs::perms everybody = fs::perms::others_read | fs::perms::others_exec;
  EXPECT_EQ(fs::status(node.root() / "etc/kubernetes").permissions() & everybody, everybody);
  EXPECT_EQ(fs::status(node.home()).permissions(), fs::perms::owner_all);
}

TEST_P(AgentPlaceTest, TakesNoOwnerAndNoModeThatIsNone) {
  Request place = node.request(Verb::place);
  place.config = "kind: AuthenticationConfiguration\n";
  place.config_path = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml";
  for (const char* owner : {"root", "0", "0:", ":0", "0:0:0", "0:0 /etc/shadow"}) {
    place.config_owner = owner;
    EXPECT_REFUSED(node.call(place), Step::idle, "the owner or the mode of the request is not valid");
  }
  place.config_owner = "0:0";
  for (const char* mode : {"4755", "u+s", "9", "64"}) {
    place.config_mode = mode;
    EXPECT_REFUSED(node.call(place), Step::idle, "the owner or the mode of the request is not valid");
  }
  EXPECT_FALSE(fs::exists(node.home() / "config"));
}

}  // namespace

}  // namespace nightlatch::node::test
