#include "plan/new_node.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "plan/detection.hpp"
#include "plan/errors.hpp"
#include "plan/preconditions.hpp"
#include "util/hash.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;
using facts::FileFacts;
using facts::NodeFacts;

Result<std::optional<FileFacts>> config_of(const NodeFacts& node) {
  NodeDetection seen = detect(node);
  if (!seen.pod) {
    return fail(codes::config_unread,
                fmt::format("{}: its kube-apiserver manifest could not be read", node.name));
  }
  std::string path = seen.pod->flag("authentication-config").value_or("");
  if (path.empty()) return std::nullopt;
  std::vector<Error> elsewhere = check_files_in_place(node, *seen.pod);
  if (!elsewhere.empty()) return fail(std::move(elsewhere.front()));
  const std::optional<FileFacts>& file = node.authentication_config;
  // The node's script cuts off the bytes of a large file, but its hash is of the whole file.
  if (!file || file->path != path || sha256_hex(file->bytes) != file->sha256) {
    return fail(codes::config_unread, fmt::format("{}: {} could not be read whole", node.name, path));
  }
  return file;
}

std::string in_words(const FileFacts& file) {
  return fmt::format("{} {}  sha256:{}", file.owner, file.mode, short_hash(file.sha256));
}

}  // namespace

Result<std::optional<FileFacts>> common_config(const std::vector<NodeFacts>& nodes) {
  std::optional<FileFacts> common;
  std::set<std::string> kinds;
  std::vector<std::string> details;
  for (const NodeFacts& node : nodes) {
    NL_ASSIGN(std::optional<FileFacts> file, config_of(node));
    kinds.insert(file ? fmt::format("{} {} {} {}", file->path, file->owner, file->mode, file->sha256) : "");
    details.push_back(file ? fmt::format("{}  {}  {}", node.name, file->path, in_words(*file))
                           : fmt::format("{}  none", node.name));
    common = std::move(file);
  }
  if (kinds.size() <= 1) return common;
  return fail(codes::config_differs, "the manifests do not all name the same configuration file", details);
}

std::vector<Error> check_new_node(const NodeFacts& host, const std::vector<NodeFacts>& nodes) {
  auto refusal = [&](const ErrorCode& code, std::string message) {
    return std::vector<Error>{
        Error{code, fmt::format("{}: {}", host.name, std::move(message)), {}, {}, {}, {}}};
  };
  for (const NodeFacts& node : nodes) {
    if (node.machine_id == host.machine_id) {
      return refusal(codes::not_new,
                     fmt::format("this machine is {} (machine id {})", node.name, node.machine_id));
    }
  }
  if (!host.manifest_path.empty()) {
    return refusal(codes::not_new, fmt::format("the manifest {} exists already", host.manifest_path));
  }
  bool stranger = !host.ca.empty() && std::any_of(nodes.begin(), nodes.end(), [&](const NodeFacts& node) {
    return !std::includes(node.ca.begin(), node.ca.end(), host.ca.begin(), host.ca.end());
  });
  if (stranger)
    return refusal(codes::wrong_cluster, fmt::format("{} is that of another cluster", host.ca_path));
  return {};
}

PlanOutcome plan_new_node(const PlanRequest& request, const NodeFacts& host, const FileFacts& config) {
  Plan plan;
  plan.cluster = request.cluster.name;
  plan.endpoint = request.facts.api->endpoint;
  plan.kube_system_uid = request.facts.api->kube_system_uid;
  NodePlan node;
  node.name = host.name;
  node.host = host.host;
  node.machine_id = host.machine_id;
  node.host_key = host.host_key;
  plan.nodes.push_back(std::move(node));
  ManifestChange change;
  change.node = host.name;
  change.kind = ManifestChange::Kind::place;
  change.config_path = config.path;
  change.config_sha256 = config.sha256;
  change.config_owner = config.owner;
  change.config_mode = config.mode;
  plan.changes.emplace_back(std::move(change));
  seal(plan);
  PlanOutcome outcome;
  outcome.plan = std::move(plan);
  outcome.bytes[host.name].config = config.bytes;
  return outcome;
}

Result<Presence> find_config(const NodeFacts& host, const FileFacts& config) {
  const std::optional<FileFacts>& found = host.asked_file;
  if (!found || found->sha256.empty()) return Presence::absent;
  if (found->sha256 == config.sha256 && found->owner == config.owner && found->mode == config.mode) {
    return Presence::there;
  }
  return fail(codes::other_file, fmt::format("{}: {} is there and differs", host.name, config.path),
              {fmt::format("wanted  {}", in_words(config)), fmt::format("found   {}", in_words(*found))});
}

}  // namespace nightlatch::plan
