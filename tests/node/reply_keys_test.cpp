// The table of reply keys against the script: what agent.sh prints is read, and only that.
#include "node/reply_keys.hpp"

#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certificate.hpp"
#include "places.hpp"
#include "util/file.hpp"
#include "util/hash.hpp"

namespace nightlatch::node {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// All parts of the script without their comments.
std::string script() {
  static const std::regex comment(R"((^|\s)#[^\n]*)");
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(source_directory() / "src/node/agent"))
    text += read_file(entry.path()).value();
  return std::regex_replace(text, comment, "$1");
}

std::set<std::string> first_groups(const std::string& text, const char* pattern) {
  std::regex expression(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
    found.insert((*at)[1]);
  return found;
}

// say KEY, say64 KEY, a sed that prints KEY=&, and say_file NAME, which says "$1.KEY" for each part of a
// file.
std::set<std::string> printed_keys() {
  const std::string text = script();
  std::set<std::string> keys = first_groups(text, R"(\bsay(?:64)? ([a-z][a-z0-9_.]*))");
  keys.merge(first_groups(text, R"(/([a-z_]+)=&/p)"));
  for (const std::string& name : first_groups(text, R"(\bsay_file ([a-z_]+))")) {
    for (const std::string& part : first_groups(text, R"re(\bsay(?:64)? "\$1\.([a-z0-9]+)")re"))
      keys.insert(name + "." + part);
  }
  return keys;
}

std::set<std::string> table_keys() {
  std::set<std::string> keys;
  for (const ReplyKey& key : reply_keys()) keys.emplace(key.name);
  return keys;
}

std::string reply_with(const std::string& middle) {
  return "nightlatch-reply 1\nkind=ok\n" + middle + "nightlatch-end\n";
}

// A value of each key that says something; every other key takes a plain text in base64.
std::string telling_value(const std::string& key) {
  static const std::map<std::string, std::string> values{
      {"kind", "refused"},
      {"step", "staged"},
      {"epoch", "7"},
      {"deadline_in", "-3"},
      {"address", "10.0.0.1"},
      {"manifest_sha256", std::string(64, 'a')},
      {"pod.restarts", "2"},
      {"pod.running", "yes"},
      {"pod.pid", "12"},
      {"pod.exit_code", "1"},
      {"systemd", "yes"},
      {"kubelet_running", "yes"},
      {"etcd_running", "yes"},
      {"free_bytes", "42"},
      {"kubeadm_running", "yes"},
      {"kured_running", "yes"},
      {"ca.bytes", base64_encode(certificate_until(4'000'000'000))},
      {"clock", "9"},
      {"input.changed", "9"},
      {"process_began", "9"},
      {"pod.process_start", "345"},
      {"run", "20261122T0114-7f3a"},
      {"past_run", "20261122T0114-7f3a restored"},
      {"plan_run", "20261122T0114-7f3a"}};
  auto found = values.find(key);
  return found == values.end() ? base64_encode("word") : found->second;
}

bool keeps(const FactsReply& with, const FactsReply& without) {
  auto state = [](const NodeState& s) {
    return std::tie(s.step, s.run, s.epoch, s.manifest_sha256, s.deadline_in, s.note);
  };
  return !(with.facts == without.facts) || with.reply.kind != without.reply.kind ||
         state(with.reply.state) != state(without.reply.state) || !(with.reply.pod == without.reply.pod) ||
         with.reply.lines != without.reply.lines || with.reply.addresses != without.reply.addresses ||
         with.reply.why != without.reply.why;
}

TEST(ReplyKeys, ScriptPrintsManyKeys) {
  EXPECT_GT(printed_keys().size(), 50U) << "the pattern of this test no longer finds what the script prints";
}

TEST(ReplyKeys, EveryPrintedKeyHasARow) {
  for (const std::string& key : printed_keys())
    EXPECT_NE(find_reply_key(key), nullptr) << key << " has no row in reply_keys.cpp";
}

TEST(ReplyKeys, EveryRowsKeyIsPrinted) {
  const std::set<std::string> printed = printed_keys();
  for (const std::string& key : table_keys())
    EXPECT_TRUE(printed.contains(key)) << "no part of the script prints " << key;
}

TEST(ReplyKeys, NoKeyStandsTwice) {
  EXPECT_EQ(table_keys().size(), reply_keys().size());
}

TEST(ReplyKeys, EveryRowKeepsItsValue) {
  for (const std::string& key : table_keys()) {
    std::string before = key == "certificate.bytes" ? "certificate.path=/x.crt\n" : "";
    if (key.starts_with("input.")) before = "input.path=/x.pub\n";
    FactsReply without = parse_facts(reply_with(before));
    FactsReply with = parse_facts(reply_with(before + key + "=" + telling_value(key) + "\n"));
    EXPECT_NE(with.reply.kind, ReplyKind::lost) << key;
    EXPECT_TRUE(keeps(with, without)) << key << " is read and not kept";
    EXPECT_THAT(with.reply.unknown_keys, IsEmpty()) << key;
  }
}

TEST(ReplyKeys, KeyOfAnotherVersionIsNotedOnce) {
  FactsReply seen = parse_facts(reply_with("kernel=6.12\nhostname=cp1\nkernel=6.13\npod.colour=\x1b[2J\n"));
  EXPECT_EQ(seen.reply.kind, ReplyKind::ok);
  EXPECT_EQ(seen.facts.hostname, "cp1");
  EXPECT_THAT(seen.reply.unknown_keys, ElementsAre("kernel", "pod.colour"));
  EXPECT_EQ(seen.facts.unknown_keys, seen.reply.unknown_keys);
  EXPECT_THAT(parse_reply(reply_with("kernel=6.12\n")).unknown_keys, ElementsAre("kernel"));
}

TEST(ReplyKeys, HostileNodeCannotFillTheListOfUnknownKeys) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "x" + std::string(200, 'y') + std::to_string(i) + "=\n";
  for (int i = 0; i < 1000; ++i) many += "x" + std::to_string(i) + "=\n";
  many += "\x1b]0;title\x07=\n";
  Reply seen = parse_reply(reply_with(many));
  EXPECT_THAT(seen.unknown_keys, SizeIs(20));
  EXPECT_EQ(seen.unknown_keys.front().size(), 60U);
}

TEST(ReplyKeys, ControlCharactersOfAnUnknownKeyDoNotReachATerminal) {
  EXPECT_THAT(parse_reply(reply_with("\x1b]0;title\x07=\n")).unknown_keys, ElementsAre("?]0;title?"));
}

TEST(ReplyKeys, ValueThatTheScriptNeverPrintsIsNamed) {
  Reply seen = parse_reply(reply_with("step=flying\n"));
  EXPECT_EQ(seen.kind, ReplyKind::lost);
  EXPECT_EQ(seen.why, "the node's script never prints step=flying, and this answer has it");
}

}  // namespace

}  // namespace nightlatch::node
