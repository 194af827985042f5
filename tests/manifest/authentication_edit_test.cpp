#include "manifest/authentication_edit.hpp"

#include <gtest/gtest.h>

#include "manifest/errors.hpp"

namespace nightlatch::manifest {
namespace {

const std::string head = "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\n";
const std::string jwt = "jwt:\n- issuer: {url: https://id.example, audiences: [a]}  # ours\n";
const std::vector<std::string> paths{"/livez", "/readyz"};
const std::string item = "- issuer:\n    url: \"https://new.example\"\n";

std::string edited(const std::string& bytes, const std::string& jwt_item = {}) {
  auto edit = edit_authentication_config(bytes, "f", {paths, jwt_item});
  if (!edit) return std::to_string(edit.error().code.number) + " " + edit.error().message;
  return edit->after;
}

const std::string section =
    "anonymous:\n  enabled: true\n  conditions:\n  - path: /livez\n  - path: /readyz\n";

TEST(AuthenticationEdit, AbsentSectionIsAppendedBehindEverything) {
  EXPECT_EQ(edited(head + jwt + "# end\n"), head + jwt + "# end\n" + section);
}

TEST(AuthenticationEdit, LastLineGetsItsEnd) {
  EXPECT_EQ(edited(head + "jwt: [{issuer: {}}]"), head + "jwt: [{issuer: {}}]\n" + section);
}

TEST(AuthenticationEdit, WantedSectionInAnyOrderIsLeftAlone) {
  std::string good =
      head + "anonymous: {conditions: [{path: /readyz}, {path: /livez}], enabled: true}\n" + jwt;
  EXPECT_EQ(edited(good), good);
}

TEST(AuthenticationEdit, EmptySectionsGetTheirValueInPlace) {
  std::string flow = "{enabled: true, conditions: [{path: /livez}, {path: /readyz}]}";
  EXPECT_EQ(edited(head + "anonymous:\n" + jwt), head + "anonymous: " + flow + "\n" + jwt);
  EXPECT_EQ(edited(head + "anonymous: {}\n" + jwt), head + "anonymous: " + flow + "\n" + jwt);
  EXPECT_EQ(edited(head + "anonymous: null\n" + jwt), head + "anonymous: " + flow + "\n" + jwt);
}

TEST(AuthenticationEdit, EverythingOpenGetsConditions) {
  EXPECT_EQ(edited(head + "anonymous:\n  enabled: true  # all\n" + jwt),
            head +
                "anonymous:\n  enabled: true  # all\n  conditions:\n  - path: /livez\n  - path: /readyz\n" +
                jwt);
  EXPECT_EQ(edited(head + "anonymous: {enabled: true}\n" + jwt),
            head + "anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}]}\n" + jwt);
  EXPECT_EQ(edited(head + "anonymous:\n  enabled: true\n  conditions: []\n"),
            head + "anonymous:\n  enabled: true\n  conditions: [{path: /livez}, {path: /readyz}]\n");
}

TEST(AuthenticationEdit, ClosedOrUndecidedIsEnabled) {
  EXPECT_EQ(edited(head + "anonymous:\n  enabled: false\n" + jwt), head + section + jwt);
  EXPECT_EQ(
      edited(head + "anonymous:\n  # why\n  conditions:\n  - path: /livez\n  - path: /readyz\n"),
      head + "anonymous:\n  # why\n  enabled: true\n  conditions:\n  - path: /livez\n  - path: /readyz\n");
  EXPECT_EQ(edited(head + "anonymous: {enabled: yes, conditions: [{path: /livez}, {path: /readyz}]}\n"),
            head + "anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}]}\n");
}

TEST(AuthenticationEdit, ConditionsThatStayKeepTheirLines) {
  EXPECT_EQ(
      edited(head +
             "anonymous:\n  enabled: true\n  conditions:\n"
             "    # scanner\n    - path: /version\n    - {path: \"/livez\"}  # kubelet\n    - path: /api\n" +
             jwt),
      head +
          "anonymous:\n  enabled: true\n  conditions:\n"
          "    # scanner\n    - {path: \"/livez\"}  # kubelet\n    - {path: \"/readyz\"}\n" +
          jwt);
}

TEST(AuthenticationEdit, WhereNoConditionStaysTheFirstChangesItsPath) {
  EXPECT_EQ(
      edited(head + "anonymous:\n  enabled: true\n  conditions:\n  - path: '/version'\n  - path: /api\n" +
             jwt),
      head + "anonymous:\n  enabled: true\n  conditions:\n  - path: '/livez'\n  - path: '/readyz'\n" + jwt);
}

TEST(AuthenticationEdit, NoPathsMeanEveryPath) {
  auto opened = [](const std::string& bytes) {
    auto edit = edit_authentication_config(bytes, "f", {.paths = {}});
    return edit ? edit->after : std::to_string(edit.error().code.number) + " " + edit.error().message;
  };
  EXPECT_EQ(opened(head + section + jwt), head + "anonymous:\n  enabled: true\n" + jwt);
  EXPECT_EQ(opened(head + "anonymous: {enabled: false}\n" + jwt),
            head + "anonymous: {enabled: true}\n" + jwt);
  EXPECT_EQ(opened(head + "anonymous:\n" + jwt), head + "anonymous: {enabled: true}\n" + jwt);
  EXPECT_EQ(opened(head + jwt + section), head + jwt + "anonymous:\n  enabled: true\n");
  for (const std::string& good : {head + jwt, head + "anonymous:\n  enabled: true  # all\n" + jwt})
    EXPECT_EQ(opened(good), good) << "it opens every path already";
}

TEST(AuthenticationEdit, JsonStaysJson) {
  EXPECT_EQ(edited(R"({"apiVersion":"v","kind":"k","jwt":[{}]})"),
            R"({"apiVersion":"v","kind":"k","jwt":[{}], "anonymous": {"enabled": true, "conditions": )"
            R"([{"path": "/livez"}, {"path": "/readyz"}]}})");
}

TEST(AuthenticationEdit, CarriageReturnsStay) {
  EXPECT_EQ(edited("a: b\r\njwt:\r\n- x: 1\r\n", "- x: \"2\"\n"),
            "a: b\r\njwt:\r\n- x: 1\r\n- x: \"2\"\r\n"
            "anonymous:\r\n  enabled: true\r\n  conditions:\r\n  - path: /livez\r\n  - path: /readyz\r\n");
}

TEST(AuthenticationEdit, AuthenticatorIsAddedBehindTheLast) {
  std::string before =
      head + "jwt:\n  - issuer:\n      certificateAuthority: |\n        AA==\n  # end of jwt\n" + section;
  EXPECT_EQ(edited(before, item), head +
                                      "jwt:\n  - issuer:\n      certificateAuthority: |\n        AA==\n"
                                      "  - issuer:\n      url: \"https://new.example\"\n  # end of jwt\n" +
                                      section);
  EXPECT_EQ(edited(head + section, item), head + section + "jwt:\n" + item);
}

TEST(AuthenticationEdit, FileWithNeitherGetsBothAtItsEnd) {
  EXPECT_EQ(edited(head, item), head + "jwt:\n" + item + section);
}

TEST(AuthenticationEdit, WhatCannotBeEditedIsRefusedWithItsPlace) {
  EXPECT_EQ(edited(head + "jwt: [{issuer: {}}]\n", item), "1342 f: jwt is not a list in block style");
  EXPECT_EQ(edited(head + "anonymous: &a {enabled: false}\n"), "1319 f: anonymous is written with an anchor");
  EXPECT_EQ(edited(head + "anonymous: {enabled: true, conditions: [{paths: x}]}\n"),
            "1342 f: this condition has no path");
  EXPECT_EQ(edited(head + jwt + "...\n").substr(0, 5), "1343 ");
}

// It is kube-apiserver, and not the kubelet, that reads this file.
TEST(AuthenticationEdit, SecondDocumentIsRefusedWithWhatKubeApiserverDoes) {
  auto edit = edit_authentication_config(head + "---\n" + head, "f", {.paths = {"/livez"}});
  ASSERT_FALSE(edit);
  EXPECT_EQ(edit.error().code.number, 1310);
  EXPECT_EQ(edit.error().next_step(),
            "keep one document: kube-apiserver uses the first and ignores the others");
}

// A block scalar that keeps its trailing lines would swallow what is inserted behind it, or lose them.
TEST(AuthenticationEdit, WhatCannotBeProvenIsRefused) {
  EXPECT_EQ(edited(head + "jwt:\n- issuer: |+\n    text\n\n" + section, item).substr(0, 5), "1343 ");
  EXPECT_EQ(edited(head + "jwt:\n- issuer: |\n    text").substr(0, 5), "1343 ");
}

}  // namespace
}  // namespace nightlatch::manifest
