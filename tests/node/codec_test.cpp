// Requests and replies: what goes over the wire, and that no bytes of a node can do harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certificate.hpp"
#include "node/reply_codec.hpp"
#include "node/request_codec.hpp"
#include "util/certificate.hpp"
#include "util/hash.hpp"

namespace nightlatch::node {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Request stage() {
  Request request;
  request.verb = Verb::stage;
  request.run = "20261122T0114-7f3a";
  request.epoch = 3;
  request.manifest_path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  request.manifest_after = "token: s3cr3t-of-a-probe\n";
  request.plan = "{}";
  return request;
}

std::string reply(std::string_view middle) {
  return "motd\nnightlatch-reply 1\n" + std::string(middle) + "nightlatch-end\nlogout\n";
}

TEST(RequestCodec, CommandLineHoldsVerbRunAndEpochAlone) {
  EXPECT_EQ(script_words(stage()), "stage 20261122T0114-7f3a 3");
}

TEST(RequestCodec, RunIdThatIsNoPlainWordNeverReachesAShell) {
  Request request = stage();
  for (const char* run : {"$(reboot)", "a b", "", "../x", "x\ny", ".hidden"}) {
    request.run = run;
    EXPECT_EQ(script_words(request), "stage - 3") << run;
  }
}

TEST(RequestCodec, PayloadsTravelInBase64) {
  std::string text = script_input(stage());
  EXPECT_THAT(text, Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(text, HasSubstr(base64_encode(stage().manifest_after)));
}

TEST(RequestCodec, ScriptStartsInTheLastLine) {
  std::string text = script_input(stage());
  EXPECT_TRUE(text.ends_with("\n{ nl_main \"$@\"; exit; } </dev/null\n"));
}

TEST(RequestCodec, ValueWithALineEndIsLeftOut) {
  Request request = stage();
  request.manifest_path = "/etc/x\nNIGHTLATCH\nhalt-this";
  EXPECT_THAT(script_input(request), Not(HasSubstr("halt-this")));
}

TEST(ReplyCodec, ReadsStatePodAndLines) {
  Reply seen = parse_reply(
      reply("kind=ok\nwhy=\nstep=gated\nrun=r1\nepoch=2\nmanifest_sha256=" + std::string(64, 'a') +
            "\ndeadline_in=37\npod.sandbox=s\npod.container=c\npod.restarts=2\npod.running=yes\n"
            "pod.pid=12\npod.process_start=345\npod.exit_code=1\nline=" +
            base64_encode("a=b") + "\n"));
  EXPECT_EQ(seen.kind, ReplyKind::ok);
  EXPECT_EQ(seen.state.step, Step::gated);
  EXPECT_EQ(seen.state.run, "r1");
  EXPECT_EQ(seen.state.epoch, 2U);
  EXPECT_EQ(seen.state.manifest_sha256, std::string(64, 'a'));
  EXPECT_EQ(seen.state.deadline_in, 37);
  EXPECT_EQ(seen.pod.identity(), "s/c");
  EXPECT_EQ(seen.pod.restarts, 2);
  EXPECT_TRUE(seen.pod.running);
  EXPECT_EQ(seen.pod.exit_code, 1);
  EXPECT_THAT(seen.lines, ElementsAre("a=b"));
}

TEST(ReplyCodec, AnswerWithoutItsEndIsLost) {
  EXPECT_EQ(parse_reply("nightlatch-reply 1\nkind=ok\nstep=idle\n").kind, ReplyKind::lost);
  EXPECT_EQ(parse_reply("").kind, ReplyKind::lost);
  EXPECT_EQ(parse_reply("kind=ok\nnightlatch-end\n").kind, ReplyKind::lost);
}

TEST(ReplyCodec, WordThatIsNoneMakesTheAnswerLost) {
  EXPECT_EQ(parse_reply(reply("kind=ok\nstep=flying\n")).kind, ReplyKind::lost);
  EXPECT_EQ(parse_reply(reply("kind=maybe\n")).kind, ReplyKind::lost);
  EXPECT_EQ(parse_reply(reply("kind=ok\nepoch=-1\n")).kind, ReplyKind::lost);
  EXPECT_EQ(parse_reply(reply("kind=ok\nmanifest_sha256=abc\n")).kind, ReplyKind::lost);
  EXPECT_EQ(parse_reply(reply("step=idle\n")).kind, ReplyKind::lost);
}

TEST(ReplyCodec, ControlCharactersDoNotReachATerminal) {
  EXPECT_EQ(parse_reply(reply("kind=refused\nwhy=\x1b[2Jx\n")).why, "?[2Jx");
}

TEST(FactsCodec, ReadsEveryFact) {
  using namespace std::string_literals;
  std::string ca = certificate_until(4'000'000'000);
  FactsReply seen = parse_facts(
      reply("kind=ok\nstep=idle\nhostname=cp1\nmachine_id=m\nboot_id=b\nstatic_pod_path=/p\nmanifest.path=/p/"
            "k.yaml\n"
            "manifest.owner=0:0\nmanifest.mode=600\nmanifest.sha256=abc\nmanifest.bytes=" +
            base64_encode("kind: Pod\n") +
            "\nother_manifest=/p/k.bak\nstray_file=/p/notes\nauthentication_config.path=/c\noidc_ca.path=/"
            "i\nmissing_path=/x.key\ncertificate.path=/x.crt\ncertificate.bytes=UEVN\nca.path=/k/"
            "ca.crt\nca.bytes=" +
            base64_encode("# ours\n" + ca) + "\nargv=" + base64_encode("kube-apiserver\0--a=b\0"s) +
            "\nruntime_tool=ctr\nsystemd=yes\nkubelet_running=yes\netcd_running=yes\nconfig_agent="
            "salt\nforeign_owner=/etc/rancher/"
            "rke2\nfree_bytes=42\nclock=7\n"
            "past_run=r2 restored "
            "2026-11-22T01:00:00Z\nmissing_tool=flock\nplan_run=r2\nplan=e30K\nmanifest_backup=" +
            base64_encode("old\n") +
            "\n"
            "pod.sandbox=s\n"));
  const facts::NodeFacts& facts = seen.facts;
  EXPECT_EQ(seen.reply.kind, ReplyKind::ok);
  EXPECT_EQ(facts.manifest_path, "/p/k.yaml");
  EXPECT_EQ(facts.manifest.bytes, "kind: Pod\n");
  EXPECT_THAT(facts.other_manifests, ElementsAre("/p/k.bak"));
  EXPECT_THAT(facts.stray_files, ElementsAre("/p/notes"));
  ASSERT_TRUE(facts.authentication_config);
  EXPECT_EQ(facts.authentication_config->path, "/c");
  ASSERT_TRUE(facts.oidc_ca);
  EXPECT_EQ(facts.oidc_ca->path, "/i");
  EXPECT_THAT(facts.missing_paths, ElementsAre("/x.key"));
  ASSERT_EQ(facts.certificates.size(), 1U);
  EXPECT_EQ(facts.certificates[0].path, "/x.crt");
  EXPECT_EQ(facts.certificates[0].bytes, "PEM");
  EXPECT_EQ(facts.ca_path, "/k/ca.crt");
  EXPECT_EQ(facts.ca, certificates_in(ca));
  EXPECT_EQ(facts.ca.size(), 1U);
  EXPECT_THAT(facts.running_argv, ElementsAre("kube-apiserver", "--a=b"));
  EXPECT_TRUE(facts.systemd && facts.kubelet_running && !facts.kubeadm_running && facts.etcd_running);
  EXPECT_THAT(facts.config_agents, ElementsAre("salt"));
  EXPECT_EQ(facts.free_bytes, 42U);
  ASSERT_EQ(facts.runs.size(), 1U);
  EXPECT_EQ(facts.runs[0].step, "restored");
  EXPECT_THAT(facts.missing_tools, ElementsAre("flock"));
  EXPECT_EQ(facts.pod.sandbox, "s");
  EXPECT_EQ(facts.plan_run, "r2");
  EXPECT_EQ(facts.plan, "{}\n");
  EXPECT_EQ(facts.manifest_backup, "old\n");
}

TEST(FactsCodec, AnIdThatIsNoPlainWordIsNoRun) {
  FactsReply seen =
      parse_facts(reply("kind=ok\npast_run=\x9b"
                        "2J restored t\npast_run=$(reboot) restored t\npast_run=-x restored t\n"
                        "past_run=r2 restored t\nplan_run=r2;reboot\npast_run=" +
                        std::string(65, 'r') + " restored t\n"));
  ASSERT_EQ(seen.facts.runs.size(), 1U);
  EXPECT_EQ(seen.facts.runs[0].run, "r2");
  EXPECT_EQ(seen.facts.plan_run, "");
  EXPECT_EQ(parse_reply(reply("kind=ok\nstep=armed\nrun=r2;reboot\n")).kind, ReplyKind::lost)
      << "the script never prints it";
  EXPECT_EQ(parse_reply(reply("kind=ok\nstep=idle\nrun=\n")).kind, ReplyKind::ok);
}

TEST(FactsCodec, HostileFactsAreEmptyNotFatal) {
  FactsReply seen = parse_facts(
      reply("kind=ok\nargv=!!!\nmanifest.bytes=%\nfree_bytes=99999999999999999999999\npast_run=\n=\n\nx\n"));
  EXPECT_EQ(seen.reply.kind, ReplyKind::ok);
  EXPECT_TRUE(seen.facts.running_argv.empty());
  EXPECT_EQ(seen.facts.free_bytes, 0U);
}

}  // namespace

}  // namespace nightlatch::node
