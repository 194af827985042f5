#include "facts/object_change.hpp"

#include <gtest/gtest.h>

#include "util/hash.hpp"

namespace nightlatch::facts {
namespace {

ObjectReference config_map(const std::string& name) {
  return {.group = {}, .version = "v1", .kind = "ConfigMap", .name_space = "kube-system", .name = name};
}

ObjectChange change() {
  return {.object = config_map("settings"),
          .field = "/data/text",
          .sha256_before = sha256_hex("a b c"),
          .sha256_after = sha256_hex("a B c"),
          .splices = {{.begin = 2, .end = 3, .text = "B", .reason = "loud"}},
          .undo = {{.begin = 2, .end = 3, .text = "b", .reason = "undo"}},
          .when_unwritable = WhenUnwritable::stop_the_roll};
}

TEST(ObjectReference, ReadsAsPeopleWriteIt) {
  EXPECT_EQ(config_map("kubeadm-config").text(), "ConfigMap kube-system/kubeadm-config");
  EXPECT_EQ(
      (ObjectReference{.group = "g", .version = "v1", .kind = "ClusterRole", .name_space = {}, .name = "r"})
          .text(),
      "ClusterRole r");
}

TEST(PathOf, IsWhereTheApiServesTheObject) {
  EXPECT_EQ(path_of(config_map("kubeadm-config")),
            "/api/v1/namespaces/kube-system/configmaps/kubeadm-config");
}

TEST(PathOf, OfAKindThatIsNotWrittenIsNone) {
  ObjectReference object = config_map("x");
  object.kind = "Secret";
  EXPECT_FALSE(path_of(object));
  object = config_map("x");
  object.group = "apps";
  EXPECT_FALSE(path_of(object));
  object = config_map("x");
  object.name_space.clear();
  EXPECT_FALSE(path_of(object)) << "a ConfigMap has a namespace";
}

// A plan file may come from anywhere.
TEST(PathOf, OfANameThatLeadsElsewhereIsNone) {
  for (const char* name : {"", ".", "..", "../secrets/s", "a/b", "a?b", "a%2fb", "a b", "a#b", "a\nb"}) {
    EXPECT_FALSE(path_of(config_map(name))) << name;
    ObjectReference object = config_map("x");
    object.name_space = name;
    EXPECT_FALSE(path_of(object)) << name;
  }
}

TEST(Inverse, LeadsBackAndTwiceIsTheChangeItself) {
  EXPECT_EQ(applied(change(), "a b c"), "a B c");
  EXPECT_EQ(applied(inverse(change()), "a B c"), "a b c");
  EXPECT_EQ(inverse(inverse(change())), change());
  EXPECT_EQ(inverse(change()).object, change().object);
  EXPECT_EQ(inverse(change()).when_unwritable, change().when_unwritable);
}

TEST(Inverse, OfAnObjectThatIsMadeIsOneThatIsTakenAway) {
  ObjectChange made = change();
  made.sha256_before.reset();
  EXPECT_EQ(inverse(made).sha256_before, made.sha256_after);
  EXPECT_FALSE(inverse(made).sha256_after);
}

TEST(Applied, OnlyToTheTextThatWasPlannedOn) {
  EXPECT_FALSE(applied(change(), "a b d"));
  ObjectChange forged = change();
  forged.splices.front().end = 5000;
  EXPECT_FALSE(applied(forged, "a b c"));
  forged = change();
  forged.splices.front().text = "X";
  EXPECT_FALSE(applied(forged, "a b c")) << "it leads elsewhere";
}

TEST(IsWritable, OneFieldOfAnObjectThatIsThereAndStays) {
  EXPECT_TRUE(is_writable(change()));
  ObjectChange one = change();
  one.field.clear();
  EXPECT_FALSE(is_writable(one)) << "the object as a whole";
  one = change();
  one.sha256_before.reset();
  EXPECT_FALSE(is_writable(one)) << "to be made";
  one = change();
  one.sha256_after.reset();
  EXPECT_FALSE(is_writable(one)) << "to be taken away";
  one = change();
  one.object.kind = "Secret";
  EXPECT_FALSE(is_writable(one));
}

TEST(DescribeText, IsShortOrAbsent) {
  EXPECT_EQ(describe_text(std::string(64, '1')), std::string(12, '1'));
  EXPECT_EQ(describe_text(std::nullopt), "absent");
}

}  // namespace
}  // namespace nightlatch::facts
