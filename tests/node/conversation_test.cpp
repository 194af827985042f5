// When a command gets its secret and its input: by what it has printed so far.
#include "node/conversation.hpp"

#include <gtest/gtest.h>

namespace nightlatch::node {
namespace {

using Turn = Conversation::Turn;

Conversation new_conversation() {
  return Conversation({.prompt = "password:", .answer = "s3cr3t", .ready = "ready"});
}

TEST(Conversation, ACommandThatIsReadyGetsItsInputOnce) {
  Conversation talk = new_conversation();
  EXPECT_EQ(talk.next("", ""), Turn::listen);
  EXPECT_EQ(talk.next("motd\nrea", ""), Turn::listen);
  EXPECT_EQ(talk.next("motd\nready\n", ""), Turn::input);
  EXPECT_EQ(talk.next("motd\nready\nready\n", "password:"), Turn::listen);
}

TEST(Conversation, TheSecretIsSentWhenItIsAskedForAndOnce) {
  Conversation talk = new_conversation();
  EXPECT_EQ(talk.next("", "a lecture\npass"), Turn::listen);
  EXPECT_EQ(talk.next("", "a lecture\npassword:"), Turn::answer);
  EXPECT_EQ(talk.next("", "a lecture\npassword:"), Turn::listen);
  EXPECT_EQ(talk.next("ready\n", "a lecture\npassword:"), Turn::input);
}

TEST(Conversation, ASecondQuestionIsNotAnswered) {
  Conversation talk = new_conversation();
  EXPECT_EQ(talk.next("", "password:"), Turn::answer);
  EXPECT_EQ(talk.next("", "password:Sorry, try again.\npassword:"), Turn::hang_up);
  EXPECT_EQ(talk.next("", "password:Sorry, try again.\npassword:no password was provided"), Turn::listen);
}

TEST(Conversation, ACommandThatAsksTwiceAtOnceGetsNothing) {
  EXPECT_EQ(new_conversation().next("", "password:password:"), Turn::hang_up);
}

}  // namespace
}  // namespace nightlatch::node
