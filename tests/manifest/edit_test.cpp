#include "manifest/edit.hpp"

#include <gtest/gtest.h>

#include "manifest/document.hpp"
#include "manifest/errors.hpp"
#include "manifest/manifest_text.hpp"
#include "manifest/proof.hpp"
#include "util/hash.hpp"

namespace nightlatch::manifest {
namespace {

Intent set(const std::string& name, const std::string& value) {
  return {{}, {{name, value}}, {}, {}};
}
Intent drop(const std::string& name) {
  return {{name}, {}, {}, {}};
}
Intent gate(const std::string& setting) {
  return {{}, {}, {setting}, {}};
}
Intent mounted(const std::string& path) {
  return {{}, {}, {}, DirectoryMount{"a-vol", path}};
}

std::string edited(const std::string& bytes, const Intent& intent) {
  auto result = edit(bytes, "m.yaml", intent);
  return result ? result->after
                : "NL" + std::to_string(result.error().code.number) + " " + result.error().message;
}

int refusal(const std::string& bytes, const Intent& intent) {
  auto result = edit(bytes, "m.yaml", intent);
  return result ? 0 : result.error().code.number;
}

TEST(Edit, NothingToDoIsNoSplice) {
  std::string bytes = pod_with({"--v=2"});
  auto result = edit(bytes, "m.yaml", {{"absent"}, {{"v", "2"}}, {}, {}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(result->changed());
  EXPECT_EQ(result->after, bytes);
  EXPECT_EQ(result->sha256_after, sha256_hex(bytes));
}

TEST(Edit, SortedFlagsGetTheirPlace) {
  EXPECT_EQ(edited(pod_with({"--a=1", "--c=1"}), set("b", "2")), pod_with({"--a=1", "--b=2", "--c=1"}));
  EXPECT_EQ(edited(pod_with({"--b=1", "--c=1"}), set("a", "2")), pod_with({"--a=2", "--b=1", "--c=1"}));
}

TEST(Edit, UnsortedFlagsAreFollowed) {
  EXPECT_EQ(edited(pod_with({"--c=1", "--a=1"}), set("b", "2")), pod_with({"--c=1", "--a=1", "--b=2"}));
}

TEST(Edit, FirstFlagFollowsTheProgram) {
  EXPECT_EQ(edited(pod_with({}), set("b", "2")), pod_with({"--b=2"}));
}

TEST(Edit, TwoWordFlagIsNotSplit) {
  const std::string before = pod_with({"--a", "'x'", "--c=1"});
  EXPECT_EQ(edited(before, set("b", "2")), pod_with({"--a", "'x'", "'--b=2'", "--c=1"}));
  EXPECT_EQ(edited(before, drop("a")), pod_with({"--c=1"}));
  EXPECT_EQ(edited(before, set("a", "y")), pod_with({"--a", "'y'", "--c=1"}));
}

TEST(Edit, EverySpellingAndRepetitionGoes) {
  EXPECT_EQ(edited(pod_with({"--anonymous-auth", "--v=2", "--anonymous_auth=false"}), drop("anonymous-auth")),
            pod_with({"--v=2"}));
}

TEST(Edit, LastOccurrenceTakesTheValue) {
  EXPECT_EQ(edited(pod_with({"--a=1", "--b=1", "--a=2"}), set("a", "3")), pod_with({"--b=1", "--a=3"}));
}

TEST(Edit, SameLineCommentOfAReplacedFlagStays) {
  EXPECT_EQ(edited(pod_with({"\"--a=1\"  # why"}), set("a", "2")), pod_with({"\"--a=2\"  # why"}));
}

TEST(Edit, ValueThatPlainWouldChangeIsQuoted) {
  EXPECT_EQ(edited(pod_with({"--a=1"}), set("a", "x: y")), pod_with({"'--a=x: y'"}));
  EXPECT_EQ(edited(pod_with({"--a=1"}), set("a", "it's #1")), pod_with({"'--a=it''s #1'"}));
}

TEST(Edit, GateJoinsTheGatesThatAreThere) {
  EXPECT_EQ(edited(pod_with({"--feature-gates=A=true"}), gate("B=true")),
            pod_with({"--feature-gates=A=true,B=true"}));
  EXPECT_EQ(edited(pod_with({"--feature-gates=A=true,B=false"}), gate("B=true")),
            pod_with({"--feature-gates=A=true,B=true"}));
  EXPECT_EQ(edited(pod_with({"--feature-gates=B=true", "--v=2"}), gate("B=true")),
            pod_with({"--feature-gates=B=true", "--v=2"}));
  EXPECT_EQ(edited(pod_with({}), gate("B=true")), pod_with({"--feature-gates=B=true"}));
}

TEST(Edit, MountIsCreatedWithItsLists) {
  EXPECT_EQ(
      edited(pod_with({}), mounted("/cfg")),
      pod_with({}, "    volumeMounts:\n    - mountPath: /cfg\n      name: a-vol\n      readOnly: true\n",
               "  volumes:\n  - hostPath:\n      path: /cfg\n      type: Directory\n    name: a-vol\n"));
}

TEST(Edit, MountedParentIsEnough) {
  std::string bytes = pod_with({}, "    volumeMounts:\n    - {name: k, mountPath: /etc/k}\n",
                               "  volumes:\n  - {name: k, hostPath: {path: /etc/k/}}\n");
  EXPECT_EQ(edited(bytes, mounted("/etc/k/cfg")), bytes);
}

TEST(Edit, ParentFromElsewhereIsAConflict) {
  for (const char* volume : {"{name: k, hostPath: {path: /srv}}", "{name: k, emptyDir: {}}"}) {
    std::string bytes = pod_with({}, "    volumeMounts:\n    - {name: k, mountPath: /etc/k}\n",
                                 "  volumes:\n  - " + std::string(volume) + "\n");
    EXPECT_EQ(refusal(bytes, mounted("/etc/k/cfg")), manifest_errors::volume_conflict.number);
    EXPECT_EQ(refusal(bytes, mounted("/etc/kk")), 0);
  }
}

TEST(Edit, SubPathIsNoView) {
  std::string bytes = pod_with({}, "    volumeMounts:\n    - {name: k, mountPath: /etc/k, subPath: x}\n",
                               "  volumes:\n  - {name: k, hostPath: {path: /etc/k}}\n");
  EXPECT_EQ(refusal(bytes, mounted("/etc/k")), manifest_errors::volume_conflict.number);
}

TEST(Edit, ListIsNotEmptied) {
  std::string bytes = pod_with({}, "    args:\n    - --a=1\n");
  EXPECT_EQ(refusal(bytes, drop("a")), manifest_errors::layout.number);
}

TEST(Edit, ItemWithItsDashOnAnotherLineIsALayout) {
  EXPECT_EQ(refusal(pod_with({"\n      --a=1", "--b=1"}), drop("a")), manifest_errors::layout.number);
}

TEST(Edit, PodUidIsRefused) {
  std::string bytes = pod_with({});
  bytes.replace(bytes.find("spec:"), 5, "  uid: x\nspec:");
  EXPECT_EQ(refusal(bytes, set("a", "1")), manifest_errors::pod_uid.number);
}

TEST(Edit, CommandLineThatDoesNotStartIsRefused) {
  EXPECT_EQ(refusal(pod_with({"--anonymous-auth=no"}), set("a", "1")), manifest_errors::bad_bool.number);
  EXPECT_EQ(refusal(pod_with({"--", "x"}), set("a", "1")), manifest_errors::terminator.number);
  EXPECT_EQ(refusal(pod_with({"x"}), set("a", "1")), manifest_errors::stray_word.number);
  EXPECT_EQ(refusal(pod_with({"-x"}), set("a", "1")), manifest_errors::bad_flag.number);
  EXPECT_EQ(refusal(pod_with({"--zz", "--b"}), set("a", "1")), manifest_errors::ambiguous_flag.number);
}

Status prove_pair(const std::string& before, const std::string& after, const Intent& intent) {
  auto old_document = Document::read(before, "m.yaml");
  auto new_document = Document::read(after, "m.yaml");
  auto old_anatomy = dissect(*old_document);
  auto new_anatomy = dissect(*new_document);
  return prove(*old_document, *old_anatomy, *new_document, *new_anatomy, intent);
}

TEST(Proof, AcceptsTheIntendedChange) {
  EXPECT_TRUE(prove_pair(pod_with({"--a=1"}), pod_with({"--a=2"}), set("a", "2")));
  EXPECT_TRUE(prove_pair(pod_with({"--a=1", "--b=1"}), pod_with({"--b=1"}), drop("a")));
}

TEST(Proof, SeesEveryOtherChange) {
  const std::string before =
      pod_with({"--a=1", "--b=1"}, "    volumeMounts:\n    - {name: k, mountPath: /k}\n",
               "  volumes:\n  - {name: k, emptyDir: {}}\n");
  auto changed = [&](const std::string& from, const std::string& to) {
    std::string after = before;
    after.replace(after.find(from), from.size(), to);
    return prove_pair(before, after, set("a", "1"));
  };
  const std::vector<std::pair<std::string, std::string>> changes{
      {"--b=1", "--b=2"},
      {"--a=1", "--a=2"},
      {"hostNetwork: true", "hostNetwork: 'true'"},
      {"- --b=1\n    ", ""},
      {"mountPath: /k", "mountPath: /l"},
      {"emptyDir", "hostPath"},
      {"kube-system", "default"},
      {"- kube-apiserver", "- /bin/kube-apiserver"}};
  for (const auto& [from, to] : changes) {
    Status status = changed(from, to);
    ASSERT_FALSE(status) << from << " became " << to;
    EXPECT_EQ(status.error().code.number, manifest_errors::not_proven.number);
  }
}

TEST(Proof, AddedVolumeMustBeTheDirectory) {
  std::string before = pod_with({});
  auto after = [&](const std::string& type, const std::string& read_only) {
    return pod_with({},
                    "    volumeMounts:\n    - {name: a-vol, mountPath: /cfg, readOnly: " + read_only + "}\n",
                    "  volumes:\n  - {name: a-vol, hostPath: {path: /cfg, type: " + type + "}}\n");
  };
  EXPECT_TRUE(prove_pair(before, after("Directory", "true"), mounted("/cfg")));
  EXPECT_FALSE(prove_pair(before, after("DirectoryOrCreate", "true"), mounted("/cfg")));
  EXPECT_FALSE(prove_pair(before, after("Directory", "false"), mounted("/cfg")));
  EXPECT_FALSE(prove_pair(before, after("Directory", "'true'"), mounted("/cfg")));
}

Error uid_refusal(const std::string& more) {
  std::string bytes = pod_with({"--v=2"});
  bytes.insert(bytes.find("  name: kube-apiserver\n"), "  uid: 0b9f6f80\n" + more);
  auto result = edit(bytes, "m.yaml", set("v", "3"));
  EXPECT_FALSE(result);
  if (result) return Error{.code = manifest_errors::layout};
  EXPECT_EQ(result.error().code.number, manifest_errors::pod_uid.number);
  return result.error();
}

// `kubectl get pod -o yaml` prints the mirror pod, which has what only the API server adds.
TEST(Edit, TheApisCopyOfThePodIsRefusedWithThePathOfTheManifest) {
  for (const char* mark :
       {"  annotations:\n    kubernetes.io/config.mirror: 3b8e\n", "  resourceVersion: '7'\n"}) {
    Error refusal = uid_refusal(mark);
    EXPECT_EQ(refusal.message, "m.yaml: this is the API's copy of the pod (metadata.uid is set)");
    EXPECT_EQ(refusal.next_step(),
              "take the file from the node: /etc/kubernetes/manifests/kube-apiserver.yaml");
  }
  Error generated = uid_refusal("");
  EXPECT_EQ(generated.message,
            "m.yaml: metadata.uid is set, so the kubelet would not restart the changed pod");
  EXPECT_EQ(generated.next_step(), manifest_errors::pod_uid.next);
}

}  // namespace
}  // namespace nightlatch::manifest
