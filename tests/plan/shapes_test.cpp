// The shapes of kube-apiserver manifests that exist in the world, each with the goldens that show what
// becomes of it. The table is printed, so that a person sees at a glance what is edited and what is refused.
#include <array>
#include <iostream>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plan/golden_case.hpp"

namespace nightlatch::plan {
namespace {

struct Shape {
  std::string_view what;
  std::vector<std::string> goldens;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{
      {"kubeadm: command with binary and flags, dashes not indented",
       {"kubeadm-1.34", "kubeadm-1.33-extra-args-at-the-end", "kubeadm-1.36-join",
        "kubeadm-1.35-repairs-a-probe-loop", "kubeadm-1.31-adds-the-feature-gate",
        "kubeadm-1.31-merges-the-feature-gate"}},
      {"hyperkube with a sub-command, repeated flags", {"hyperkube"}},
      {"args before command, binary behind go-runner", {"args-before-command-behind-go-runner"}},
      {"binary in command, flags in args", {"binary-in-command-flags-in-args"}},
      {"indented and mixed sequences, quotes", {"hand-edited-mixed-indents-and-quotes"}},
      {"JSON on one line, on many, behind go-runner",
       {"json-on-one-line", "json-on-many-lines", "json-without-volumes", "gce-json-behind-go-runner",
        "json-with-a-trailing-comma-is-refused"}},
      {"flow sequence with quotes and comments", {"flow-sequence-with-comments"}},
      {"a shell starts kube-apiserver",
       {"shell-is-refused", "shell-block-script-is-refused", "shell-folded-script-is-refused"}},
      {"side cars and init containers, two API servers, none",
       {"side-cars-and-init-containers", "two-api-servers-are-refused", "no-api-server-is-refused"}},
      {"an unknown program in front", {"unknown-wrapper-is-refused"}},
      {"comments anywhere, commented-out flags, blank lines",
       {"comments-anywhere-and-a-document-start", "tab-before-a-comment-is-kept"}},
      {"flags in two words, with underscores, a stray false, after --",
       {"flags-in-two-words-and-with-underscores", "stray-false-is-refused", "bad-bool-is-refused",
        "words-after-terminator-are-refused"}},
      {"anchors, aliases, merge keys",
       {"anchor-elsewhere-is-kept", "alias-on-the-path-is-refused", "merge-key-in-the-container-is-refused"}},
      {"CRLF, byte order mark, no final newline", {"crlf-line-ends", "byte-order-mark-and-no-final-newline"}},
      {"tabs, broken YAML, duplicate keys, directives",
       {"tab-is-refused", "broken-yaml-is-refused", "duplicate-key-is-refused", "yaml-directive-is-refused"}},
      {"several documents, PodList", {"two-documents-are-refused", "pod-list-is-refused"}},
      {"$(VARIABLE)",
       {"variable-in-a-flag-is-kept", "variable-that-hides-a-flag-is-refused",
        "variable-that-decides-is-refused"}},
      {"volumes and mounts: none, half, in the way",
       {"without-volumes", "volume-present-mount-absent", "directory-under-pki-needs-no-volume",
        "mount-in-the-way-is-refused", "volume-name-taken-is-refused"}},
      {"probes that would be answered 401: refused, or TCP on request",
       {"kubeadm-1.34-closed-with-http-probes-is-refused", "closed-with-tcp-probes-on-request",
        "closed-with-tcp-probes-in-flow-style", "closed-keeps-probes-of-other-ports",
        "probe-below-a-health-path-is-refused"}},
      {"metadata.uid and other products",
       {"pod-uid-is-refused", "rke2-is-refused", "kops-is-refused", "talos-is-refused",
        "openshift-is-refused", "kubespray-is-warned"}},
  };
  return all;
}

std::string_view verdict(const RewriteOutcome& outcome) {
  return outcome.rewrite ? "edited" : "refused";
}

TEST(Shapes, EachIsEditedOrRefusedAsItsGoldensSay) {
  std::size_t edited = 0;
  std::size_t refused = 0;
  for (const Shape& shape : shapes()) {
    std::cout << shape.what << "\n";
    for (const std::string& name : shape.goldens) {
      ASSERT_TRUE(fs::exists(goldens / name)) << name;
      Case golden = load(name);
      RewriteOutcome outcome = run(golden, golden.bytes);
      EXPECT_EQ(!outcome.rewrite, name.find("refused") != std::string::npos) << name;
      ++(outcome.rewrite ? edited : refused);
      std::string code = outcome.rewrite ? "" : fmt::format("NL{}", outcome.refusals.front().code.number);
      std::cout << fmt::format("  {:<8} {:<7} {}\n", verdict(outcome), code, name);
    }
  }
  std::cout << fmt::format("{} shapes, {} goldens: {} edited, {} refused\n", shapes().size(),
                           edited + refused, edited, refused);
}

// Goldens that are about versions, gates and files, not about shapes, are counted here alone.
TEST(Shapes, TheWholeCorpusIsEditedOrRefusedWithAReason) {
  std::size_t edited = 0;
  std::size_t refused = 0;
  for (const std::string& name : case_names()) {
    Case golden = load(name);
    RewriteOutcome outcome = run(golden, golden.bytes);
    EXPECT_EQ(outcome.rewrite.has_value(), outcome.refusals.empty()) << name;
    for (const Error& refusal : outcome.refusals) EXPECT_FALSE(refusal.next_step().empty()) << name;
    ++(outcome.rewrite ? edited : refused);
  }
  std::cout << fmt::format("{} manifests: {} edited, {} refused\n", edited + refused, edited, refused);
  EXPECT_GE(edited, 20U);
}

}  // namespace
}  // namespace nightlatch::plan
