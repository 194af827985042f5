// The splice editor.
//
// The manifest of kube-apiserver is written by kubeadm and then by people: with comments that say why, with
// an order somebody relies on when reading a diff at night, with line ends from an editor long gone. A tool
// that loads it and writes it again changes all of that, and worse: a YAML emitter may change the meaning
// ("true" in quotes comes back without, 0777 becomes 511). So nothing is ever emitted here. An edit is a list
// of splices, byte ranges with new text, and every byte outside of them is the byte that was there before.
//
// Where a splice goes is told by a parser, not by a regular expression and not by counting indents: comments
// at a lower indent, quoted colons and multi-line scalars have broken every editor that guessed an extent.
// The parser is libyaml, because the kubelet's is a port of it, and what counts is what the kubelet will
// read. Its marks are code points and lie outside the byte order mark; SourceText turns them into bytes.
//
// One parser can be wrong about an odd file, and then a splice at its marks is an edit somewhere else. So a
// second one, which shares no code with the first, must have read the same tree before anything is located in
// it (Document::read). For a file that begins with { that is a strict JSON parser, since the kubelet will not
// treat such a file as YAML, whatever YAML would make of it.
//
// The set of edits is small on purpose: replace a scalar, insert an item, erase items, add a list that is not
// there, keep two fields of a probe. New text is written as its neighbour is: indent, dash, quotes, end of
// line, gaps between brackets. Erasing takes whole lines and leaves the comments between them, since nobody
// can know to which item a comment belongs.
//
// An edit is then proven, by means that know nothing of splices:
//
//   1. both parsers read the new bytes, and read them alike;
//   2. the new tree is the old tree with exactly the intended change: every flag not named in the intent is
//      there with its value and in its order, every other node is equal, quotes included (proof.cpp);
//   3. editing the new bytes with the same intent yields no splice: a second run is a no-op;
//   4. the inverse splices turn the new bytes into the old ones, compared byte by byte.
//
// What fails here is a defect or a file stranger than this code knows; both are refused (not_proven), and
// nothing leaves the room. The proof costs two more parses; a manifest of 200 lines is edited and proven in
// about 2 ms.
#include "manifest/edit.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "manifest/command_line_edit.hpp"
#include "manifest/document.hpp"
#include "manifest/errors.hpp"
#include "manifest/mount_edit.hpp"
#include "manifest/probe_edit.hpp"
#include "manifest/proof.hpp"
#include "manifest/seal.hpp"

namespace nightlatch::manifest {
namespace {

// What only the API server adds to a pod: `kubectl get pod -o yaml` prints the mirror pod, not the manifest.
bool is_exported(const Anatomy& anatomy, const SpanNode& metadata) {
  const SpanNode* annotations = resolve(metadata.find("annotations"));
  bool mirror = annotations != nullptr && annotations->find_key("kubernetes.io/config.mirror") != nullptr;
  return mirror || metadata.find_key("resourceVersion") != nullptr ||
         anatomy.pod->find_key("status") != nullptr;
}

// The kubelet tells static pods apart by their uid, which is a hash of the manifest unless metadata.uid is
// set (applyDefaults in pkg/kubelet/config/common.go): with a fixed uid a changed manifest is the same pod
// and is not restarted.
Status check_uid(const Document& document, const Anatomy& anatomy) {
  const SpanNode* metadata = resolve(anatomy.pod->find("metadata"));
  const SpanNode* uid = metadata == nullptr ? nullptr : metadata->find_key("uid");
  if (uid == nullptr) return {};
  bool exported = is_exported(anatomy, *metadata);
  std::string_view problem = exported
                                 ? "this is the API's copy of the pod (metadata.uid is set)"
                                 : "metadata.uid is set, so the kubelet would not restart the changed pod";
  Error refusal = document.text.error(manifest_errors::pod_uid, uid->begin,
                                      fmt::format("{}: {}", document.text.file(), problem), 3);
  if (exported) {
    refusal.next = "take the file from the node: /etc/kubernetes/manifests/kube-apiserver.yaml";
  }
  return fail(std::move(refusal));
}

Status check_argv(const Document& document, const Anatomy& anatomy) {
  if (anatomy.argv.problems.empty()) return {};
  const ArgvProblem& problem = anatomy.argv.problems.front();
  const SpanNode& node = anatomy.positions[problem.word].node();
  return fail(document.text.error(problem.code, node.begin,
                                  fmt::format("{}: {}", document.text.file(), problem.message),
                                  node.end - node.begin));
}

// Sorts the splices by position and joins what overlaps. Insertions at one position keep the order in which
// they were made. Two erasures may share an end of line, where a list ends a file that has no final newline;
// any other overlap is refused (layout).
Result<std::vector<Splice>> in_order(std::vector<Splice> splices, const std::string& file) {
  std::vector<Splice> sorted;
  for (Splice& splice : splices) {
    auto after = std::upper_bound(sorted.begin(), sorted.end(), splice, [](const Splice& a, const Splice& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    sorted.insert(after, std::move(splice));
  }
  std::vector<Splice> disjoint;
  for (Splice& splice : sorted) {
    if (disjoint.empty() || splice.begin >= disjoint.back().end) {
      disjoint.push_back(std::move(splice));
      continue;
    }
    Splice& last = disjoint.back();
    if (!last.text.empty() || !splice.text.empty()) {
      return fail(manifest_errors::layout,
                  fmt::format("{}: two edits would overlap at byte {}", file, splice.begin));
    }
    last.end = std::max(last.end, splice.end);
  }
  return disjoint;
}

Result<std::vector<Splice>> splices_for(const Document& document, const Anatomy& anatomy,
                                        const Intent& intent) {
  NL_TRY(check_uid(document, anatomy));
  NL_TRY(check_argv(document, anatomy));
  NL_ASSIGN(std::vector<Splice> splices, edit_command_line(document, anatomy, intent));
  if (intent.mount) {
    NL_ASSIGN(std::vector<Splice> mounts, edit_mount(document, anatomy, *intent.mount));
    std::move(mounts.begin(), mounts.end(), std::back_inserter(splices));
  }
  if (intent.unmount) {
    NL_ASSIGN(std::vector<Splice> mounts, remove_mount(document, anatomy, *intent.unmount));
    std::move(mounts.begin(), mounts.end(), std::back_inserter(splices));
  }
  NL_ASSIGN(std::vector<Splice> probes, edit_probes(document, anatomy, intent.tcp_probes));
  std::move(probes.begin(), probes.end(), std::back_inserter(splices));
  NL_ASSIGN(std::vector<Splice> returned, return_probes(document, anatomy, intent.probe_returns));
  std::move(returned.begin(), returned.end(), std::back_inserter(splices));
  return in_order(std::move(splices), document.text.file());
}

}  // namespace

Result<Edit> edit(std::string_view bytes, std::string_view file, const Intent& intent) {
  NL_ASSIGN(Document document, Document::read(bytes, file));
  NL_ASSIGN(Anatomy anatomy, dissect(document));
  NL_ASSIGN(std::vector<Splice> splices, splices_for(document, anatomy, intent));
  std::optional<Anatomy> anatomy_after;
  auto as_intended = [&](const Document& after) -> Status {
    auto dissected = dissect(after);
    if (!dissected) return fail(unproven(document, dissected.error().message));
    anatomy_after = *std::move(dissected);
    return prove(document, anatomy, after, *anatomy_after, intent);
  };
  auto again = [&](const Document& after) { return splices_for(after, *anatomy_after, intent); };
  return seal(document, std::move(splices), {.as_intended = as_intended, .again = again});
}

}  // namespace nightlatch::manifest
