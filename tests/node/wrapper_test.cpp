// The one command that sudo allows on a node, in every shell: a whole run through it, and what it does not
// run.
#include "node/wrapper.hpp"

#include <gmock/gmock.h>

#include "agent_bench.hpp"
#include "node/errors.hpp"

namespace nightlatch::embedded {
extern const std::string_view agent_sh;
}

namespace nightlatch::node::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// Puts the wrapper onto the node of the bench. What differs from a real node's is where the root and the
// programs are.
class WrapperTest : public AgentTest {
 protected:
  WrapperTest() {
    if (GetParam().busybox_commands) {
      for (const char* tool : {"mktemp"})
        fs::create_symlink("/usr/bin/busybox", node.root() / "shims" / tool);
    }
    fs::create_directories(node.root() / "run");
    install({});
  }
  void install(const std::vector<std::string>& also) {
    auto made = make_wrapper({.also = also});
    ASSERT_TRUE(made) << made.error().message;
    std::string text = replaced(made->script, "\nroot= # a test sets it", "\nroot=" + node.root().string());
    text = replaced(text, " PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
                    " PATH=$PATH\n");
    text = replaced(text, "\n/bin/sh -c ", "\n" + node.shell_words() + "-c ");
    write(wrapper(), text);
  }
  [[nodiscard]] fs::path wrapper() const { return node.root() / "wrapper"; }

  Reply sent(const std::string& words, const std::string& input) const {
    return parse_reply(node.run_program(wrapper().string() + " " + words, input));
  }
  Reply call(const Request& request) const {
    return sent(script_words(request), script_input(request, ScriptReader::wrapper));
  }
  void expect_refused(const Reply& reply, const std::string& why) const {
    EXPECT_EQ(reply.kind, ReplyKind::refused);
    EXPECT_THAT(reply.why, HasSubstr(why));
    EXPECT_FALSE(fs::exists(node.home()));
    EXPECT_TRUE(fs::is_empty(node.root() / "run/systemd/system"));
  }
  [[nodiscard]] std::size_t left_in_run() const {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(node.root() / "run"))
      count += entry.path().filename().string().starts_with("nightlatch") ? 1 : 0;
    return count;
  }
};

INSTANTIATE_TEST_SUITE_P(Shells, WrapperTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(WrapperTest, AWholeRunGoesThroughIt) {
  const std::vector<std::pair<Step, Request>> road{
      {Step::staged, node.request(Verb::stage)},     {Step::armed, node.request(Verb::arm)},
      {Step::swapped, node.request(Verb::swap)},     {Step::restarted, node.mark(Step::restarted)},
      {Step::gated, node.mark(Step::gated)},         {Step::soaked, node.mark(Step::soaked)},
      {Step::confirmed, node.request(Verb::confirm)}};
  for (const auto& [step, request] : road) {
    Reply reply = call(request);
    ASSERT_EQ(reply.kind, ReplyKind::ok) << name(request.verb) << ": " << reply.why << node.last_stderr();
    ASSERT_EQ(reply.state.step, step);
  }
  EXPECT_EQ(read(node.run_directory() / "agent.sh"), embedded::agent_sh);
  EXPECT_EQ(read(node.manifest()), after_bytes);
  EXPECT_EQ(left_in_run(), 0U);
}

TEST_P(WrapperTest, FactsAreRead) {
  FactsReply facts =
      parse_facts(node.run_program(wrapper().string() + " facts", facts_input({}, ScriptReader::wrapper)));
  EXPECT_EQ(facts.reply.kind, ReplyKind::ok) << node.last_stderr();
  EXPECT_EQ(facts.facts.manifest.bytes, before_bytes);
}

TEST_P(WrapperTest, AScriptThatItDoesNotKnowIsNotRun) {
  std::string input = script_input(node.request(Verb::stage), ScriptReader::wrapper);
  std::string other = replaced(input, "umask 077", "umask 022");
  expect_refused(sent("stage " + run_id + " 1", other), "does not know this version's script (SHA-256 ");
  expect_refused(
      sent("stage " + run_id + " 1", replaced(input, "part script ", "part nl_agent 0\npart script ")),
      "has a part that the wrapper");
  EXPECT_EQ(left_in_run(), 0U);
}

TEST_P(WrapperTest, AnotherVersionMayBeAllowedBesideThisOne) {
  std::string other = replaced(std::string(embedded::agent_sh), "umask 077", "umask 0077");
  std::string input =
      replaced(script_input(node.request(Verb::state), ScriptReader::wrapper), "umask 077", "umask 0077");
  EXPECT_EQ(sent("state " + run_id + " 1", input).kind, ReplyKind::refused);
  install({sha256_hex(other)});
  EXPECT_EQ(sent("state " + run_id + " 1", input).kind, ReplyKind::ok) << node.last_stderr();
  EXPECT_EQ(call(node.request(Verb::state)).kind, ReplyKind::ok);
}

// Whatever they hold: a shell that read any of these would write the file.
TEST_P(WrapperTest, ParametersAndPayloadsAreNeverRun) {
  std::string trap = (node.root() / "ran").string();
  for (const std::string& text : {"$(touch " + trap + ")", "`touch " + trap + "`", "'; touch " + trap + "; '",
                                  "\"; touch " + trap + "; \"", "NIGHTLATCH; touch " + trap,
                                  "&& touch " + trap, "%s\\n$(touch " + trap + ")"}) {
    Request state = node.request(Verb::state);
    std::string input = script_input(state, ScriptReader::wrapper);
    for (const char* part : {"nl_config", "nl_plan", "nl_manifest_before"}) {
      std::string with =
          replaced(input, "part script ", std::string("part ") + part + " 1\n" + text + "\npart script ");
      EXPECT_EQ(sent("state " + run_id + " 1", with).kind, ReplyKind::ok) << text << node.last_stderr();
    }
    Request await = node.request(Verb::await);
    await.known_pod = text;
    await.manifest_path = "/etc/kubernetes/manifests/" + text;
    (void)call(await);
    Request stage = node.request(Verb::stage);
    stage.manifest_path = "/etc/kubernetes/manifests/" + text;
    stage.before_sha256 = text;
    (void)call(stage);
    EXPECT_FALSE(fs::exists(trap)) << text;
  }
}

TEST_P(WrapperTest, WordsArePlain) {
  std::string input = script_input(node.request(Verb::state), ScriptReader::wrapper);
  for (const char* words :
       {R"(state\;id)", "state ../x", "state .x", R"(state a\ b)", "state a 1 2", R"(\$\(id\))"}) {
    expect_refused(sent(words, input), "a request has ");
  }
}

TEST_P(WrapperTest, FilesLieBelowOnePlace) {
  Request place = node.request(Verb::place);
  place.config = "apiVersion: x\n";
  for (const char* path :
       {"/etc/cron.d/x", "/etc/kubernetes/../cron.d/x", "/etc/kubernetesx/y", "etc/kubernetes/y"}) {
    place.config_path = path;
    expect_refused(call(place), "wrapper on this node allows ");
  }
  Request stage = node.request(Verb::stage);
  stage.manifest_path = "/root/kube-apiserver.yaml";
  expect_refused(call(stage), "files below /etc/kubernetes/ alone: manifest=/root/kube-apiserver.yaml");
  std::string input = script_input(node.request(Verb::stage), ScriptReader::wrapper);
  std::size_t at = input.find("part nl_params ");
  std::size_t end = input.find('\n', at);
  int lines = std::stoi(input.substr(at + 15, end - at - 15));
  input.replace(at, end - at, fmt::format("part nl_params {}\nroot=/tmp", lines + 1));
  expect_refused(sent("stage " + run_id + " 1", input), "may not name a root");
}

TEST_P(WrapperTest, ARequestThatIsCutRunsNothing) {
  std::string input = script_input(node.request(Verb::stage), ScriptReader::wrapper);
  for (std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{21}, std::size_t{40},
                           input.size() / 3, input.size() / 2, input.size() - 23, input.size() - 2}) {
    Reply reply = sent("stage " + run_id + " 1", input.substr(0, size));
    EXPECT_EQ(reply.kind, ReplyKind::refused) << size;
    EXPECT_FALSE(fs::exists(node.home())) << size;
  }
  expect_refused(sent("stage " + run_id + " 1", replaced(input, "part script ", "part script 9")), "");
}

TEST(Wrapper, NamesItselfInTheLinesOfSudoersAndDoas) {
  auto made =
      make_wrapper({.path = "/opt/nl/run", .user = "ops", .also = {std::string(64, 'a'), script_hash()}});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->sudoers, "ops ALL=(root) NOPASSWD: /opt/nl/run");
  EXPECT_EQ(made->doas, "permit nopass ops cmd /opt/nl/run");
  EXPECT_THAT(made->known, ElementsAre(sha256_hex(std::string(embedded::agent_sh)), std::string(64, 'a')));
  EXPECT_THAT(made->script, HasSubstr("known='\n" + made->known[0] + "\n" + made->known[1] + "\n'\n"));
}

TEST(Wrapper, WordsThatAFileWouldReadOtherwiseAreRefused) {
  for (const WrapperRequest& request :
       {WrapperRequest{.path = "relative"}, WrapperRequest{.path = "/a b"}, WrapperRequest{.path = "/a/../b"},
        WrapperRequest{.user = "ops, ALL"}, WrapperRequest{.user = "-x"},
        WrapperRequest{.also = {"'; id; '"}}, WrapperRequest{.also = {std::string(63, 'a')}}}) {
    auto made = make_wrapper(request);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code.number, 1226);
  }
}

}  // namespace
}  // namespace nightlatch::node::test
