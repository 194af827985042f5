#include "plan/rewrite_notes.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "access/authentication_config.hpp"
#include "access/oidc.hpp"
#include "plan/check_codes.hpp"
#include "plan/owners.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {
namespace {

constexpr std::string_view cluster_info = "/api/v1/namespaces/kube-public/configmaps/cluster-info";

bool has(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void note_losses(Rewrite& rewrite, const NoteInputs& inputs) {
  if (!inputs.tcp_probes.empty()) {
    rewrite.losses.push_back(
        {plan_checks::probe_without_path.number,
         fmt::format(
             "{} would only test whether the port is open: the kubelet would no longer restart an API "
             "server that hangs, "
             "and would show one as ready that is not",
             join(inputs.tcp_probes, ", "))});
  }
  if (!inputs.token_probes.empty()) {
    rewrite.losses.push_back(
        {plan_checks::probe_with_token.number,
         fmt::format("{} sends a token. When the token expires or is revoked, the probe fails on every node "
                     "at once; whoever may "
                     "read pods in kube-system can read the token",
                     join(inputs.token_probes, ", "))});
  }
  rewrite.notes.insert(rewrite.notes.end(), rewrite.losses.begin(), rewrite.losses.end());
}

void note_oidc(Rewrite& rewrite, const MovedOidc& moved) {
  if (moved.is_in_the_file) {
    rewrite.notes.push_back({plan_checks::logins_move.number,
                             fmt::format("the configuration file has the authenticator of {} already, so the "
                                         "--oidc-* flags are removed",
                                         moved.issuer)});
    return;
  }
  rewrite.notes.push_back(
      {plan_checks::logins_move.number,
       fmt::format("the logins of {} move from --oidc-* into jwt of the configuration file; "
                   "usernames and groups stay "
                   "the same",
                   moved.issuer)});
  if (moved.signing_algs.size() < access::all_signing_algs().size()) {
    rewrite.notes.push_back(
        {plan_checks::more_algorithms.number,
         fmt::format("kube-apiserver will accept tokens signed with {}, not only {}: the configuration file "
                     "has no setting for it",
                     join(access::all_signing_algs(), ", "), join(moved.signing_algs, ", "))});
  }
  if (rewrite.pod.has_flag("oidc-ca-file")) {
    rewrite.notes.push_back(
        {plan_checks::ca_inlined.number,
         fmt::format(
             "the configuration file contains a copy of the CA in {}: a new CA there has no effect any more",
             rewrite.pod.flag("oidc-ca-file").value_or(""))});
  }
}

// What "managed by" in the head and an annotation of a controller's domain say about who else writes the
// manifest. On nodes the head is a refusal of the plan (owners.hpp).
void note_owners(Rewrite& rewrite, std::string_view manifest) {
  if (std::string manager = manager_in_head(manifest); !manager.empty()) {
    rewrite.notes.push_back(
        {plan_checks::controller_unknown.number,
         fmt::format("a comment before the document says that {0} manages this file: make the "
                     "same change in {0}, or its next run undoes it",
                     manager)});
  }
  for (const std::string& domain : unknown_controllers(manifest, "")) {
    rewrite.losses.push_back(
        {plan_checks::controller_unknown.number,
         fmt::format(
             "an annotation of {} is in the manifest: what writes it may write the manifest again, and "
             "undo this change",
             domain)});
  }
}

// What the kubelet does when the path of a hostPath volume is missing (pkg/volume/host_path, v1.34).
std::string when_it_is_deleted(const manifest::HostPathMount& mount) {
  if (mount.type == "FileOrCreate" || mount.type == "DirectoryOrCreate") {
    return fmt::format("If {} is deleted on the node, the kubelet makes an empty one", mount.host_path);
  }
  if (mount.type.empty())
    return fmt::format("The kubelet does not check whether {} is there", mount.host_path);
  return fmt::format(
      "If {} is deleted on the node, the kubelet starts this pod no more, because its type is {}",
      mount.host_path, mount.type);
}

bool looks_like_authentication(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  bool is_file = name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
  return is_file && (name.find("authn") != std::string_view::npos ||
                     name.find("auth-config") != std::string_view::npos ||
                     name.find("authentication") != std::string_view::npos);
}

// Mounts of the file that --authentication-config named before, and of files that look like such a file and
// that no flag names.
void note_left_mounts(Rewrite& rewrite) {
  const std::string before = rewrite.pod.flag("authentication-config").value_or("");
  const std::string after = rewrite.config        ? rewrite.config->path
                            : rewrite.config_read ? before
                                                  : std::string();
  for (const manifest::HostPathMount& mount : rewrite.pod.mounts) {
    std::string root(manifest::path_prefix(mount.mount_path));
    auto holds = [&](std::string_view path) { return path == root || path.starts_with(root + "/"); };
    bool is_needed = !after.empty() && holds(after);
    for (const manifest::Flag& flag : rewrite.pod.flags)
      is_needed |= flag.name != "authentication-config" && holds(flag.value.value_or(""));
    bool was_for_it = !before.empty() && rewrite.pod.mount_holding(before) == &mount;
    if (is_needed || !(was_for_it || looks_like_authentication(root))) continue;
    rewrite.losses.push_back(
        {plan_checks::mount_left.number,
         fmt::format("the volume {} and its mount {} stay, and no flag names a file in them{}. {}",
                     mount.volume, mount.mount_path, was_for_it ? " after the change" : "",
                     when_it_is_deleted(mount))});
  }
}

// The two variables for the configuration file exist since kubespray 2.31; kube_api_anonymous_auth is older.
std::string kubespray_note(const NoteInputs& inputs, bool has_logins) {
  constexpr std::string_view why =
      "kubespray writes this manifest again at its next run; set in its group_vars:";
  if (has(inputs.profiles, "closed") && !inputs.tcp_probes.empty()) {
    return "kubespray writes this manifest again at its next run, and no variable of it keeps TCP probes: "
           "the "
           "httpGet probes that it writes would be answered 401, and the kubelet would kill the API server. "
           "Choose health-only";
  }
  if (has(inputs.profiles, "closed")) return fmt::format("{} kube_api_anonymous_auth: false", why);
  std::vector<std::string> conditions;
  for (const std::string& path : inputs.paths) conditions.push_back(fmt::format("{{path: {}}}", path));
  return fmt::format(
      "{} kube_apiserver_use_authentication_config_file: true and "
      "kube_apiserver_authentication_config_anonymous: {{enabled: true, conditions: [{}]}}{} (kubespray "
      "2.31)",
      why, join(conditions, ", "),
      has_logins
          ? ", and kube_apiserver_authentication_config_jwt: the list jwt of the configuration file, or "
            "every OIDC login is lost at that run"
          : "");
}

bool has_logins(const Rewrite& rewrite) {
  if (!rewrite.config_read) return false;
  auto config = access::decode_authentication_config(*rewrite.config_read, "", {});
  return config && config->has_jwt();
}

}  // namespace

void take_notes(Rewrite& rewrite, const NoteInputs& inputs) {
  auto note = [&](const ErrorCode& code, std::string text) {
    rewrite.notes.push_back({code.number, std::move(text)});
  };
  if (rewrite.moved_oidc) note_oidc(rewrite, *rewrite.moved_oidc);
  if (has(inputs.profiles, "metrics")) {
    note(plan_checks::metrics_need_a_grant,
         "/metrics answers 403 until a ClusterRole and a binding let system:unauthenticated get it");
  }
  if (inputs.feature_gate) {
    note(plan_checks::gate_ends,
         fmt::format("remove --feature-gates={} from the manifest before the upgrade to 1.37, which does not "
                     "know the gate",
                     *inputs.feature_gate));
  }
  const std::string& product = rewrite.pod.generated_by;
  bool joins_by_token = product == "kubeadm" || product == "kubespray";
  bool is_lost =
      access::lets_in(rewrite.before, cluster_info) && !access::lets_in(rewrite.after, cluster_info);
  if (joins_by_token && is_lost) {
    note(
        plan_checks::join_by_token,
        "`kubeadm join` with a token will stop working, because it reads the ConfigMap cluster-info without "
        "credentials: add the profile kubeadm-join, or join with a --discovery-file that contains the token");
  }
  note_owners(rewrite, inputs.manifest);
  note_left_mounts(rewrite);
  note_losses(rewrite, inputs);
  for (const std::string& place : inputs.unjudged) {
    note(plan_checks::expression_unjudged,
         fmt::format("{} is CEL, which nightlatch does not judge: kube-apiserver compiles it when it starts",
                     place));
  }
  if (product == "kubespray") note(plan_checks::owner_accepted, kubespray_note(inputs, has_logins(rewrite)));
  if (rewrite.pod.run_as_user.value_or(0) != 0) {
    note(plan_checks::file_readable,
         fmt::format("kube-apiserver runs as user {}, which must be able to read the configuration file",
                     *rewrite.pod.run_as_user));
  }
  if (rewrite.pod.has_flag("authorization-config")) {
    note(plan_checks::authorizer_unread,
         "nightlatch did not read the file that --authorization-config names: it must not have AlwaysAllow");
  }
  bool was_closed = rewrite.before.state == access::ExposureState::closed;
  if (inputs.paths.empty() && !was_closed)
    note(plan_checks::balancer_unknown,
         "a load balancer that sends health checks without credentials would take this API server out of "
         "service");
}

}  // namespace nightlatch::plan
