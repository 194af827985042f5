#include "manifest/argv.hpp"

#include <gtest/gtest.h>

#include "manifest/errors.hpp"

namespace nightlatch::manifest {
namespace {

using Words = std::vector<std::string>;

ParsedArgv parse(const Words& words) {
  return parse_argv(words, 0);
}

TEST(Argv, BareFlagIsTrue) {
  ParsedArgv argv = parse({"--anonymous-auth"});
  ASSERT_EQ(argv.flags.size(), 1U);
  EXPECT_EQ(argv.flags[0].name, "anonymous-auth");
  EXPECT_FALSE(argv.flags[0].value);
  EXPECT_TRUE(argv.problems.empty());
}

TEST(Argv, BoolFlagDoesNotTakeTheNextWord) {
  ParsedArgv argv = parse({"--anonymous-auth", "false"});
  EXPECT_FALSE(argv.flags[0].value);
  ASSERT_EQ(argv.problems.size(), 1U);
  EXPECT_EQ(argv.problems[0].code.number, manifest_errors::stray_word.number);
  EXPECT_EQ(argv.problems[0].word, 1U);
}

TEST(Argv, StringFlagTakesTheNextWord) {
  ParsedArgv argv = parse({"--etcd-servers", "https://127.0.0.1:2379", "--v=2"});
  ASSERT_EQ(argv.flags.size(), 2U);
  EXPECT_EQ(argv.flags[0].value, "https://127.0.0.1:2379");
  EXPECT_EQ(argv.flags[0].words, 2U);
  EXPECT_TRUE(argv.problems.empty());
}

TEST(Argv, UnderscoreIsADash) {
  EXPECT_EQ(parse({"--anonymous_auth=true"}).flags[0].name, "anonymous-auth");
}

TEST(Argv, UnderscoreInAValueStays) {
  EXPECT_EQ(parse({"--a_b=c_d"}).flags[0].value, "c_d");
}

TEST(Argv, EmptyValueIsAValue) {
  EXPECT_EQ(parse({"--authentication-config="}).flags[0].value, "");
}

TEST(Argv, ValueMayHaveEqualsSigns) {
  EXPECT_EQ(parse({"--feature-gates=A=true"}).flags[0].value, "A=true");
}

TEST(Argv, NothingAfterTheTerminatorCounts) {
  ParsedArgv argv = parse({"--", "--anonymous-auth=false"});
  EXPECT_TRUE(argv.flags.empty());
  ASSERT_EQ(argv.problems.size(), 1U);
  EXPECT_EQ(argv.problems[0].code.number, manifest_errors::terminator.number);
}

TEST(Argv, OneDashIsAnError) {
  ParsedArgv argv = parse({"-anonymous-auth"});
  ASSERT_EQ(argv.problems.size(), 1U);
  EXPECT_EQ(argv.problems[0].code.number, manifest_errors::bad_flag.number);
}

TEST(Argv, ShorthandOfVerbosityIsKnown) {
  for (const Words& words : {Words{"-v=4"}, Words{"-v4"}, Words{"-v", "4"}}) {
    ParsedArgv argv = parse(words);
    ASSERT_EQ(argv.flags.size(), 1U);
    EXPECT_EQ(argv.flags[0].value, "4");
    EXPECT_TRUE(argv.problems.empty());
  }
}

TEST(Argv, ThreeDashesAreAnError) {
  EXPECT_EQ(parse({"---x"}).problems.size(), 1U);
}

TEST(Argv, MissingArgumentIsAnError) {
  ParsedArgv argv = parse({"--etcd-servers"});
  ASSERT_EQ(argv.problems.size(), 1U);
  EXPECT_EQ(argv.problems[0].message, "--etcd-servers needs a value and has none");
}

TEST(Argv, FlagThatMayTakeAFlagIsAmbiguous) {
  ParsedArgv argv = parse({"--unheard-of", "--anonymous-auth=false"});
  ASSERT_FALSE(argv.problems.empty());
  EXPECT_EQ(argv.problems[0].code.number, manifest_errors::ambiguous_flag.number);
}

TEST(Argv, BoolValuesAreThoseOfParseBool) {
  for (const char* text : {"1", "t", "T", "TRUE", "true", "True"}) EXPECT_EQ(parse_bool(text), true) << text;
  for (const char* text : {"0", "f", "F", "FALSE", "false", "False"})
    EXPECT_EQ(parse_bool(text), false) << text;
  for (const char* text : {"", "no", "yes", "off", "tRUE", "true ", "00"})
    EXPECT_FALSE(parse_bool(text)) << text;
}

TEST(Argv, BoolWithoutABoolIsAnError) {
  for (const char* word : {"--anonymous-auth=no", "--anonymous-auth=", "--profiling=false "}) {
    ParsedArgv argv = parse({word});
    ASSERT_EQ(argv.problems.size(), 1U) << word;
    EXPECT_EQ(argv.problems[0].code.number, manifest_errors::bad_bool.number);
  }
}

TEST(Argv, VersionTakesAnyValue) {
  EXPECT_TRUE(parse({"--version=raw"}).problems.empty());
}

TEST(Program, IsFoundByBaseName) {
  Program program = find_program(Words{"/usr/local/bin/kube-apiserver", "--x=1"});
  EXPECT_EQ(program.kind, Program::Kind::api_server);
  EXPECT_EQ(program.first_flag, 1U);
}

TEST(Program, IsFoundBehindAWrapper) {
  Program program = find_program(
      Words{"/go-runner", "--log-file=/var/log/kube-apiserver", "/usr/bin/kube-apiserver", "--x=1"});
  EXPECT_EQ(program.kind, Program::Kind::api_server);
  EXPECT_EQ(program.binary, 2U);
}

TEST(Program, HyperkubeNeedsItsSubCommand) {
  EXPECT_EQ(find_program(Words{"/hyperkube", "apiserver", "--x"}).first_flag, 2U);
  EXPECT_EQ(find_program(Words{"/hyperkube", "kube-scheduler"}).kind, Program::Kind::none);
}

TEST(Program, ShellIsNoWrapper) {
  EXPECT_EQ(find_program(Words{"/bin/sh", "-c", "exec kube-apiserver"}).kind, Program::Kind::shell);
  EXPECT_EQ(find_program(Words{"/bin/sh", "-c", "sleep 1"}).kind, Program::Kind::none);
}

TEST(Program, UnknownWrapperIsNamed) {
  EXPECT_EQ(find_program(Words{"/opt/run", "kube-apiserver"}).kind, Program::Kind::unknown_wrapper);
}

TEST(Program, SideCarsAreNotTheApiServer) {
  EXPECT_EQ(find_program(Words{"/kube-apiserver-healthcheck"}).kind, Program::Kind::none);
  EXPECT_EQ(find_program(Words{}).kind, Program::Kind::none);
}

TEST(Variables, TwoDollarsAreAnEscape) {
  EXPECT_TRUE(expands_variable("--x=$(HOST)"));
  EXPECT_FALSE(expands_variable("--x=$$(HOST)"));
  EXPECT_TRUE(expands_variable("$$$(HOST)"));
  EXPECT_FALSE(expands_variable("${HOST} $(HOST"));
}

}  // namespace
}  // namespace nightlatch::manifest
