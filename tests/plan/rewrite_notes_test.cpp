// What a person is told beside a change: only what the change brings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/check_codes.hpp"
#include "plan/golden_case.hpp"
#include "plan/owners.hpp"

namespace nightlatch::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> notes(const std::string& bytes, int code,
                               std::vector<std::string> profiles = {"health-only"},
                               std::optional<std::string> config = {}) {
  spec::Playbook playbook;
  playbook.profiles = std::move(profiles);
  RewriteOutcome outcome = rewrite({bytes, "m.yaml", playbook, {}, std::move(config), {}});
  EXPECT_TRUE(outcome.rewrite) << (outcome.refusals.empty() ? "" : outcome.refusals[0].message);
  std::vector<std::string> found;
  if (!outcome.rewrite) return found;
  for (const Note& note : outcome.rewrite->notes) {
    if (note.code == code) found.push_back(note.text);
  }
  return found;
}

std::string kubeadm() {
  return load("kubeadm-1.34").bytes;
}

std::string with(std::string text, const std::string& before, const std::string& added) {
  text.insert(text.find(before), added);
  return text;
}

// A volume, its mount and the flag that names the file in it.
std::string with_file(const std::string& type, const std::string& flag) {
  std::string text = with(kubeadm(), "    image:", flag);
  text =
      with(text, "  hostNetwork:",
           "    - mountPath: /etc/kubernetes/old-authn.yaml\n      name: old-authn\n      readOnly: true\n");
  return with(text, "  - hostPath:",
              "  - hostPath:\n      path: /etc/kubernetes/old-authn.yaml\n" +
                  (type.empty() ? "" : "      type: " + type + "\n") + "    name: old-authn\n");
}

const std::string file_flag = "    - --authentication-config=/etc/kubernetes/old-authn.yaml\n";
const std::string closed_file =
    "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\nanonymous: {enabled: "
    "false}\n";

TEST(RewriteNotes, AJoinThatWorkedIsALossAndOneThatDidNotIsNone) {
  EXPECT_THAT(notes(kubeadm(), plan_checks::join_by_token.number),
              ElementsAre(HasSubstr("will stop working")));
  EXPECT_THAT(notes(with(kubeadm(), "    image:", "    - --anonymous-auth=false\n"),
                    plan_checks::join_by_token.number),
              IsEmpty());
}

TEST(RewriteNotes, AMountOfAnEarlierFileIsNamedWithWhatDeletingItDoes) {
  auto left = [](const std::string& type, const std::string& flag) {
    return notes(with_file(type, flag), plan_checks::mount_left.number, {"health-only"},
                 flag.empty() ? std::nullopt : std::optional(closed_file));
  };
  EXPECT_THAT(
      left("File", file_flag),
      ElementsAre("the volume old-authn and its mount /etc/kubernetes/old-authn.yaml stay, and no flag names "
                  "a file in them after the change. If /etc/kubernetes/old-authn.yaml is deleted on the "
                  "node, the kubelet starts this pod no more, because its type is File"));
  EXPECT_THAT(left("FileOrCreate", ""), ElementsAre(HasSubstr("the kubelet makes an empty one")));
  EXPECT_THAT(left("", ""), ElementsAre(HasSubstr("does not check whether")));
  EXPECT_THAT(notes(kubeadm(), plan_checks::mount_left.number), IsEmpty());
}

TEST(RewriteNotes, WhoElseMayWriteTheManifestIsToldOffline) {
  EXPECT_THAT(notes("# Ansible managed\n" + kubeadm(), plan_checks::controller_unknown.number),
              ElementsAre(HasSubstr("a comment before the document says that ansible manages this file")));
  std::string marked =
      with(kubeadm(), "    kubeadm.kubernetes.io/", "    fleet.example.org/revision: \"7\"\n");
  EXPECT_THAT(notes(marked, plan_checks::controller_unknown.number),
              ElementsAre(HasSubstr("an annotation of fleet.example.org is in the manifest")));
  EXPECT_THAT(notes(kubeadm(), plan_checks::controller_unknown.number), IsEmpty());
}

TEST(RewriteNotes, MonitoringAndKubernetesAreNoControllers) {
  auto of = [](const std::string& key) {
    return unknown_controllers("kind: Pod\nmetadata:\n  annotations:\n    " + key + ": a\n", "m");
  };
  EXPECT_THAT(of("prometheus.io/scrape"), IsEmpty());
  EXPECT_THAT(of("seccomp.security.alpha.kubernetes.io/pod"), IsEmpty());
  EXPECT_THAT(of("plain"), IsEmpty());
  EXPECT_THAT(of("x.example.org/hash"), ElementsAre("x.example.org"));
}

TEST(RewriteNotes, NoVariableOfKubesprayKeepsTcpProbes) {
  Case golden = load("field-kubespray-closed-with-tcp-probes");
  RewriteOutcome outcome = run(golden, golden.bytes);
  ASSERT_TRUE(outcome.rewrite);
  EXPECT_THAT(outcome.rewrite->notes, testing::Contains(testing::Field(
                                          &Note::text, HasSubstr("no variable of it keeps TCP probes"))));
  Case oidc = load("field-kubespray-with-oidc");
  EXPECT_THAT(
      run(oidc, oidc.bytes).rewrite->notes,
      testing::Contains(testing::Field(&Note::text, HasSubstr("kube_apiserver_authentication_config_jwt"))));
}

}  // namespace
}  // namespace nightlatch::plan
