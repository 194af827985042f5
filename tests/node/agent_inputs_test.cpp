// The files that the next start of kube-apiserver reads, as agent.sh tells them without their content (S11).
#include <ctime>

#include <gmock/gmock.h>

#include "agent_bench.hpp"

namespace nightlatch::node::test {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// DER of a SEQUENCE of 200 bytes, and what is left of it.
std::string der() {
  return std::string("\x30\x81\xc8", 3) + std::string(200, 'x');
}
std::string block(const std::string& label, std::string_view bytes) {
  std::string text = "-----BEGIN " + label + "-----\n";
  std::string encoded = base64_encode(bytes);
  for (std::size_t at = 0; at < encoded.size(); at += 64) text += encoded.substr(at, 64) + "\n";
  return text + "-----END " + label + "-----\n";
}

class AgentInputsTest : public AgentTest {
 protected:
  [[nodiscard]] facts::InputFile seen(const std::string& text,
                                      const std::string& flag = "service-account-key-file") {
    write(node.root() / "etc/kubernetes/pki/input", text);
    write(node.manifest(), before_bytes + "    - --" + flag + "=/etc/kubernetes/pki/input\n");
    facts_ = node.facts().facts;
    EXPECT_EQ(facts_.inputs.size(), 1U);
    return facts_.inputs.empty() ? facts::InputFile{} : facts_.inputs.front();
  }
  facts::NodeFacts facts_;
};
INSTANTIATE_TEST_SUITE_P(Shells, AgentInputsTest, ::testing::ValuesIn(shells()), shell_name);

TEST_P(AgentInputsTest, LabelsOfWholeBlocks) {
  facts::InputFile file = seen("# two keys\n" + block("PUBLIC KEY", der()) + block("RSA PRIVATE KEY", der()));
  EXPECT_EQ(file.path, "/etc/kubernetes/pki/input");
  EXPECT_THAT(file.pem, ElementsAre("PUBLIC KEY", "RSA PRIVATE KEY"));
  EXPECT_GT(file.changed, 1700000000);
  EXPECT_THAT(node.last_stderr(), IsEmpty());
  EXPECT_THAT(seen("nothing of the kind\n").pem, IsEmpty());
  EXPECT_THAT(seen("").pem, IsEmpty());
}

TEST_P(AgentInputsTest, ABlockThatIsNotWholeIsBroken) {
  std::string whole = block("PUBLIC KEY", der());
  EXPECT_THAT(seen(whole.substr(0, whole.size() / 2)).pem, ElementsAre("broken")) << "cut";
  EXPECT_THAT(seen(whole.substr(0, whole.size() / 2) + "\n" + whole).pem,
              ElementsAre("broken", "PUBLIC KEY"));
  EXPECT_THAT(seen(block("PUBLIC KEY", der().substr(0, 100))).pem, ElementsAre("broken"))
      << "shorter than its DER";
  std::string foreign = whole;
  foreign[40] = '*';
  EXPECT_THAT(seen(foreign).pem, ElementsAre("broken")) << "no base64";
  EXPECT_THAT(seen("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n").pem, ElementsAre("broken"));
  EXPECT_THAT(seen("-----BEGIN A-----\nAAAA\n-----END B-----\n").pem, ElementsAre("broken"));
}

TEST_P(AgentInputsTest, NoSecretLeavesTheNode) {
  std::string secret = der();
  secret.replace(50, 12, "topsecretkey");
  (void)seen(block("PRIVATE KEY", secret), "service-account-signing-key-file");
  (void)seen("keys: [{name: a, secret: c2VjcmV0}]\n", "encryption-provider-config");
  EXPECT_FALSE(facts_.inputs.front().yaml);
  EXPECT_THAT(read(node.root() / "stdout"), Not(HasSubstr(base64_encode("keys: [{name: a"))));
  EXPECT_EQ(seen("kind: Policy\n", "audit-policy-file").yaml, "kind: Policy\n");
}

// In clock ticks of 10 ms since the machine was started.
TEST_P(AgentInputsTest, WhenTheProcessBegan) {
  node.uptime(1000);
  write(node.root() / "proc/77/comm", "kube-apiserver\n");
  write(node.root() / "proc/77/status", "Uid:\t0\t0\t0\t0\nNSpid:\t77\n");
  write(node.root() / "proc/77/stat",
        "77 (kube-apiserver) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 40000 20\n");
  double now = static_cast<double>(std::time(nullptr));
  EXPECT_NEAR(static_cast<double>(node.facts().facts.process_began), now - 600, 5);
  node.shim("date", "echo 86400\n");
  EXPECT_NEAR(static_cast<double>(node.facts().facts.process_began), now - 600, 5) << "as files are stamped";
}

}  // namespace

}  // namespace nightlatch::node::test
