#include "plan/take_back.hpp"

#include <utility>

#include <fmt/format.h>

#include "manifest/reversal.hpp"
#include "manifest/splice.hpp"
#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/expectations.hpp"
#include "plan/exposure_inputs.hpp"
#include "plan/rewrite_errors.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;
using facts::NodeFacts;

std::string file_of(const NodeFacts& facts) {
  return fmt::format("{}:{}", facts.name, facts.manifest_path);
}

// What the API server of this pod lets in. Its configuration file is known where today's manifest names it,
// too.
access::Exposure exposure_of(const manifest::ApiServerPod& pod, const access::Version& version,
                             const NodeFacts& facts) {
  std::optional<std::string> config;
  const auto& file = facts.authentication_config;
  if (file && pod.flag("authentication-config") == file->path && !file->sha256.empty()) config = file->bytes;
  return access::judge(exposure_inputs(pod, version, std::move(config)));
}

bool decide_alike(const manifest::ApiServerPod& a, const manifest::ApiServerPod& b,
                  const access::Version& version) {
  return exposure_inputs(a, version, {}) == exposure_inputs(b, version, {});
}

// What the run wrote, from what it found. Both are believed by their hashes alone.
Result<std::string> written_by(const ManifestChange& change, const NodeFacts& facts, const std::string& run) {
  const std::string& found = facts.manifest_backup;
  bool is_whole = facts.plan_run == run && sha256_hex(found) == change.sha256_before;
  if (!is_whole) {
    return fail(
        codes::not_ours_anymore,
        fmt::format(
            "{}: {} is {} now; run {} wrote {}, and the node has no backup of that run to compare with",
            facts.name, facts.manifest_path, short_hash(facts.manifest.sha256), run,
            short_hash(change.sha256_after)));
  }
  bool applicable = manifest::fit(change.splices, found.size());
  std::string wrote = applicable ? manifest::apply(found, change.splices) : std::string();
  if (sha256_hex(wrote) != change.sha256_after)
    return fail(codes::plan_edited,
                fmt::format("{}: the plan does not lead to what the run wrote", facts.name));
  return wrote;
}

}  // namespace

Result<TakenBack> take_back(const NodePlan& original, const ManifestChange& change, const NodeFacts& facts,
                            const std::string& run, const std::vector<std::string>& accepted_versions) {
  const std::string& found = facts.manifest_backup;
  NL_ASSIGN(std::string wrote, written_by(change, facts, run));
  const std::string& today = facts.manifest.bytes;
  std::string file = file_of(facts);
  NL_ASSIGN(manifest::Edit edit, manifest::take_back(today, file, {.found = found, .wrote = wrote}));
  NL_ASSIGN(manifest::ApiServerPod pod_now, manifest::read_api_server_pod(today, file));
  NL_ASSIGN(manifest::ApiServerPod pod_found, manifest::read_api_server_pod(found, file));
  NL_ASSIGN(manifest::ApiServerPod pod, manifest::read_api_server_pod(edit.after, file));
  auto version = version_of(pod, std::nullopt);
  if (!version) {
    return fail(plan_rewrite_errors::no_version,
                fmt::format("{}: the image {:?} has no tag that is a Kubernetes version", file, pod.image));
  }

  auto judged = access::judged_as(*version, accepted_versions);
  if (!judged) return fail(not_known(*version));

  TakenBack back{.node = original, .change = {}, .bytes = {}};
  NodePlan& node = back.node;
  node.version = version->text();
  node.manifest_sha256 = facts.manifest.sha256;
  node.stays_behind = false;
  node.before = exposure_of(pod_now, *judged, facts);
  node.after = decide_alike(pod, pod_found, *judged) ? original.before : exposure_of(pod, *judged, facts);
  node.opens.clear();
  if (node.after.state == access::ExposureState::unknown) {
    return fail(plan_rewrite_errors::exposure_unknown,
                fmt::format("{}: without what run {} wrote: {}", file, run, node.after.why));
  }
  // Where the run asked it, unless the edit has moved it.
  ApiAddress address = api_address(pod, facts.host);
  ApiAddress before = api_address(pod_found, facts.host);
  if (address.host != before.host) {
    node.api_host = address.host;
    node.api_tls_name.clear();
  }
  node.api_port = address.port;
  node.gates = gates_for(node.after, pod);
  node.grace_seconds = static_cast<int>(pod_now.grace_period_seconds.value_or(30));
  if (!edit.changed()) return back;
  ManifestChange& taken = back.change.emplace();
  taken.node = facts.name;
  taken.sha256_before = edit.sha256_before;
  taken.sha256_after = edit.sha256_after;
  taken.splices = edit.splices;
  taken.undo = manifest::inverse(today, edit.splices);
  back.bytes = {.manifest_before = today,
                .manifest_after = std::move(edit.after),
                .config = {},
                .diff = manifest::unified_diff(today, taken.splices, facts.manifest_path)};
  return back;
}

PlanCheck edit_kept(const NodePlan& node, const std::string& run) {
  return {
      PlanCheck::Grade::warning,
      fmt::format("{}: {} was edited since run {}. Only what that run wrote is taken out, and the edit stays",
                  node.name, node.manifest_path, run),
      plan_checks::edit_kept.number,
      {.node = node.name}};
}

}  // namespace nightlatch::plan
