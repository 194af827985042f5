#include "plan/rewrite.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "access/authentication_config.hpp"
#include "access/oidc.hpp"
#include "access/profile.hpp"
#include "plan/exposure_inputs.hpp"
#include "plan/probe_path.hpp"
#include "plan/product_advice.hpp"
#include "plan/products.hpp"
#include "plan/rewrite_errors.hpp"
#include "plan/rewrite_notes.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {
namespace {

using access::ExposureInputs;
using access::ExposureState;

constexpr std::string_view volume_name = "nightlatch-authn";

// A place is shown before the message, and names its file.
std::string_view without_its_file(const Error& error) {
  std::string_view message = error.message;
  std::string file = error.place ? error.place->file + ": " : std::string();
  if (!file.empty() && message.starts_with(file)) message.remove_prefix(file.size());
  return message;
}

std::string without_trailing_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

class Rewriter {
 public:
  explicit Rewriter(const RewriteRequest& request)
      : request_(request), directory_(without_trailing_slash(request.playbook.config_directory)) {}

  RewriteOutcome run() {
    if (choose_paths() && read() && choose_version()) {
      decide_config();
      check_pod();
      judge_before();
      judge_after();
      check_probes();
      if (refusals_.empty()) carry_out();
    }
    if (!refusals_.empty()) return {.rewrite = std::nullopt, .refusals = std::move(refusals_)};
    return {.rewrite = std::move(result_), .refusals = {}};
  }

 private:
  void refuse(const ErrorCode& code, std::string_view message) {
    refusals_.push_back(Error{.code = code, .message = fmt::format("{}: {}", request_.file, message)});
  }

  void refuse_at(const ErrorCode& code, const manifest::Flag& flag, std::string_view message) {
    refuse(code, message);
    refusals_.back().place = location(flag.line, flag.column);
  }

  // `line` and `column` of the manifest, from 1.
  SourcePlace location(std::size_t line, std::size_t column) const {
    std::size_t offset = 0;
    for (std::size_t i = 1; i < line; ++i) offset = request_.manifest.find('\n', offset) + 1;
    return place_at(request_.manifest, offset + (column > 0 ? column - 1 : 0), request_.file);
  }

  // --- what the manifest says today ----------------------------------------------------------------------

  bool read() {
    auto pod = manifest::read_api_server_pod(request_.manifest, request_.file);
    auto product = product_of(request_.manifest, request_.file, pod ? &*pod : nullptr, request_.version);
    if (product) {
      refusals_.push_back(
          refuse_product(plan_rewrite_errors::owned_by_product, *product, paths_asked(request_.playbook)));
      return false;
    }
    if (!pod) {
      refusals_.push_back(std::move(pod).error());
      return false;
    }
    result_.pod = *std::move(pod);
    refusals_ = result_.pod.problems;
    return true;
  }

  bool has_profile(std::string_view name) const {
    const auto& profiles = request_.playbook.profiles;
    return std::find(profiles.begin(), profiles.end(), name) != profiles.end();
  }

  bool choose_paths() {
    opens_all_ = has_profile(spec::open_profile);
    if (opens_all_) return true;
    std::vector<std::string> extra;
    for (const spec::ExtraPath& path : request_.playbook.paths) extra.push_back(path.path);
    auto paths = access::combine(request_.playbook.profiles, extra);
    if (!paths) {
      refusals_.push_back(std::move(paths).error());
      return false;
    }
    if (has_profile("rbac-only")) {
      refuse(plan_rewrite_errors::rbac_only, "the profile rbac-only changes RBAC objects and no manifest");
      return false;
    }
    paths_ = *std::move(paths);
    closed_ = has_profile("closed");
    return true;
  }

  bool choose_version() {
    auto version = version_of(result_.pod, request_.version);
    if (!version) {
      refuse(plan_rewrite_errors::no_version,
             fmt::format("the image {:?} has no tag that is a Kubernetes version", result_.pod.image));
      return false;
    }
    if (auto judged = access::judged_as(*version, request_.accepted_versions)) {
      result_.version = *std::move(judged);
      return true;
    }
    Error error = not_known(*version);
    refuse(error.code, error.message);
    refusals_.back().next = error.next;
    return false;
  }

  // --- what the manifest is to say -----------------------------------------------------------------------

  void decide_config() {
    if (closed_ || (opens_all_ && !present_has_jwt())) return;
    auto choice = choose_config({.pod = result_.pod,
                                 .paths = paths_,
                                 .directory = directory_,
                                 .present = present_config(),
                                 .oidc_ca = request_.oidc_ca,
                                 .rules = rules()});
    if (!choice) {
      refusals_.push_back(std::move(choice).error());
      Error& error = refusals_.back();
      error.message = fmt::format("{}: {}", request_.file, without_its_file(error));
      bool of_flags = error.code.number != plan_rewrite_errors::bad_existing_config.number && !error.place;
      auto flags = result_.pod.flags_with_prefix("oidc-");
      if (of_flags && !flags.empty()) error.place = location(flags.front().line, flags.front().column);
      return;
    }
    config_bytes_ = std::move(choice->bytes);
    result_.config = std::move(choice->file);
    result_.moved_oidc = std::move(choice->moved);
  }

  // A file without authenticators says only what is closed, and it goes when everything is opened.
  bool present_has_jwt() const {
    auto present = present_config();
    if (!present) return false;
    auto parsed = access::parse_authentication_config(*present, present_config_path(), rules());
    return parsed && parsed->has_jwt();
  }

  access::ServerRules rules() const {
    return access::server_rules(exposure_inputs(result_.pod, result_.version, {}));
  }

  std::string present_config_path() const { return result_.pod.flag("authentication-config").value_or(""); }

  // The caller may not have the bytes of the file. Where the file has the name that nightlatch would give to
  // its own file, the content is known, because the name contains its hash.
  std::optional<std::string> present_config() const {
    if (request_.existing_config) return request_.existing_config;
    std::string ours = access::render_authentication_config(paths_);
    if (present_config_path() == directory_ + "/" + access::authentication_config_name(ours)) return ours;
    return std::nullopt;
  }

  // --- reasons to refuse ---------------------------------------------------------------------------------

  void check_pod() {
    check_oidc();
    check_present_config();
    if (access::always_allows(exposure_inputs(result_.pod, result_.version, {}))) {
      refuse_always_allow();
    }
    if (!closed_ && !opens_all_ && result_.version.minor == 30) {
      refuse(plan_rewrite_errors::no_conditions,
             fmt::format(
                 "kube-apiserver {} lets anonymous requests in on every path or on none, not on some paths",
                 result_.version.text()));
    }
  }

  void refuse_always_allow() {
    auto flags = result_.pod.flags_with_prefix("authorization-mode");
    std::string_view seen = flags.empty() ? "without --authorization-mode kube-apiserver uses AlwaysAllow"
                                          : "--authorization-mode has AlwaysAllow";
    refuse(plan_rewrite_errors::always_allow, fmt::format("{}: {}", seen, what_always_allow_means));
    if (!flags.empty()) refusals_.back().place = location(flags.back().line, flags.back().column);
  }

  // kube-apiserver 1.32.0 to 1.32.2 starts with --oidc-* beside the file and uses only the file, so moving
  // the flags into the file would add logins.
  void check_oidc() {
    auto flags = result_.pod.flags_with_prefix("oidc-");
    const access::Version& version = result_.version;
    bool ignored = version.minor == 32 && version.patch <= 2 && !present_config_path().empty();
    if (flags.empty() || closed_ || !ignored)
      return;  // with opens_all_ as well: the flags would come to life
    refuse_at(
        plan_rewrite_errors::oidc_flags, flags.front(),
        fmt::format("kube-apiserver {} ignores --oidc-* beside --authentication-config", version.text()));
    refusals_.back().next =
        "remove the flags if nobody needs these logins, else move them by hand into jwt of the configuration "
        "file";
  }

  void check_present_config() {
    std::string path = present_config_path();
    auto config = present_config();
    if (path.empty()) return;
    if (!config) {
      refuse(plan_rewrite_errors::exposure_unknown,
             fmt::format("{} was not read, and it may contain jwt authenticators", path));
      return;
    }
    if (result_.config && path == result_.config->path && config != result_.config->bytes) {
      refuse(plan_rewrite_errors::config_differs,
             fmt::format("{} was edited: its content does not match the hash in its name", path));
      return;
    }
    auto parsed = access::parse_authentication_config(*config, path, rules());
    if (!parsed) {
      refuse(plan_rewrite_errors::bad_existing_config, without_its_file(parsed.error()));
      refusals_.back().place = parsed.error().place;
      refusals_.back().details = parsed.error().details;
    } else if (parsed->has_jwt() && closed_) {
      refuse(plan_rewrite_errors::jwt_present, fmt::format("{} has jwt authenticators", path));
    }
  }

  void judge_before() {
    result_.before = access::judge(exposure_inputs(result_.pod, result_.version, present_config()));
    bool refused_already = !present_config_path().empty() && !present_config();
    if (result_.before.state == ExposureState::unknown && !refused_already) {
      refuse(plan_rewrite_errors::exposure_unknown, result_.before.why);
    }
  }

  // The feature gate is needed where conditions exist and are off by default: in 1.31, or an emulated 1.31.
  void judge_after() {
    ExposureInputs inputs = exposure_inputs(result_.pod, result_.version, {});
    inputs.anonymous_flag_present = closed_;
    inputs.anonymous_flag = closed_ ? std::optional<std::string>("false") : std::nullopt;
    inputs.config_flag_present = opens_all_ ? config_bytes_.has_value() : !closed_;
    inputs.oidc_flag_present = inputs.oidc_flag_present && !inputs.config_flag_present;
    inputs.config = config_bytes_;
    if (!closed_ && !opens_all_ && access::anonymous_gate(inputs) == access::AnonymousGate::off) {
      gate_ = fmt::format("{}=true", access::anonymous_gate_name);
      inputs.feature_gates = inputs.feature_gates.value_or("") + "," + *gate_;
    }
    result_.after = access::judge(inputs);
    ExposureState wanted = opens_all_ ? ExposureState::open
                           : closed_  ? ExposureState::closed
                                      : ExposureState::restricted;
    bool refused_already = !closed_ && !opens_all_ && (result_.version.minor == 30 || !config_bytes_);
    if (!refused_already && (result_.after.state != wanted || result_.after.paths != paths_)) {
      std::string effect =
          result_.after.state == ExposureState::will_not_start
              ? "kube-apiserver would not start"
              : fmt::format("anonymous access would be {}", access::name(result_.after.state));
      refuse(plan_rewrite_errors::not_as_intended,
             fmt::format("after the change {}: {}", effect, result_.after.why));
    }
  }

  void check_probes() {
    if (result_.after.state != ExposureState::closed && result_.after.state != ExposureState::restricted)
      return;
    const std::uint16_t port = result_.pod.secure_port();
    for (const manifest::Probe& probe : result_.pod.probes) {
      bool of_http = probe.kind == manifest::ProbeKind::http_get && probe.port == port;
      if (!of_http || access::lets_in(result_.after, request_path(probe.path))) continue;
      std::string key = fmt::format("{}Probe", name(probe.role));
      if (!probe.is_anonymous_on(port)) {
        token_probes_.push_back(key);
      } else if (probe.credentials == manifest::ProbeCredentials::ignored) {
        refuse_probe(probe);
        // The splices of a TCP probe would contain the old header, a credential, and the plan file holds
        // splices.
        refusals_.back().next =
            "remove the Authorization header of this probe first: kube-apiserver ignores Authorization "
            "headers "
            "other than Bearer";
      } else if (request_.playbook.probes == spec::RefusedProbes::tcp_socket) {
        tcp_probes_.push_back(key);
      } else {
        refuse_probe(probe);
      }
    }
  }

  void refuse_probe(const manifest::Probe& probe) {
    auto seconds = (probe.initial_delay + probe.period * probe.failure_threshold).count();
    bool kills = probe.role != manifest::ProbeRole::readiness;
    refuse(plan_rewrite_errors::probe_fails,
           fmt::format(
               "the {} probe GET {} would be answered 401: {}", name(probe.role), probe.path,
               kills ? fmt::format("the kubelet would kill this API server {} s after every start", seconds)
                     : "this API server would never become ready"));
    refusals_.back().place = location(probe.line, 1);
  }

  // --- the change ----------------------------------------------------------------------------------------

  manifest::Intent intent() const {
    manifest::Intent intent;
    intent.tcp_probes = tcp_probes_;
    if (closed_) {
      intent.remove_flags = {"authentication-config"};
      intent.set_flags = {{"anonymous-auth", "false"}};
      return intent;
    }
    intent.remove_flags = {"anonymous-auth"};
    if (opens_all_ && !config_bytes_) {
      intent.remove_flags.emplace_back("authentication-config");
      intent.unmount = needless_mount();
    }
    if (result_.moved_oidc) {
      const auto& flags = result_.moved_oidc->flags;
      intent.remove_flags.insert(intent.remove_flags.end(), flags.begin(), flags.end());
    }
    if (gate_) intent.feature_gates = {*gate_};
    if (!result_.config) return intent;  // the present file stays where it is mounted
    intent.set_flags = {{"authentication-config", result_.config->path}};
    intent.mount = manifest::DirectoryMount{.volume_name = std::string(volume_name), .path = directory_};
    return intent;
  }

  // The directory of nightlatch's configuration files, where no other flag names a file in it.
  std::optional<manifest::DirectoryMount> needless_mount() const {
    const auto& mounts = result_.pod.mounts;
    auto ours = std::find_if(mounts.begin(), mounts.end(), [](const manifest::HostPathMount& mount) {
      return mount.volume == volume_name && mount.keeps_path();
    });
    if (ours == mounts.end()) return std::nullopt;
    std::string path = without_trailing_slash(ours->host_path);
    for (const manifest::Flag& flag : result_.pod.flags) {
      bool is_needed = flag.value.value_or("").starts_with(path + "/");
      if (is_needed && flag.name != "authentication-config") return std::nullopt;
    }
    return manifest::DirectoryMount{.volume_name = std::string(volume_name), .path = std::move(path)};
  }

  void carry_out() {
    auto edit = manifest::edit(request_.manifest, request_.file, intent());
    if (!edit) {
      refusals_.push_back(std::move(edit).error());
      return;
    }
    result_.edit = *std::move(edit);
    result_.changed = result_.edit.changed();
    result_.config_read = config_bytes_;
    if (result_.before.state != ExposureState::open) {
      std::set_difference(paths_.begin(), paths_.end(), result_.before.paths.begin(),
                          result_.before.paths.end(), std::back_inserter(result_.opens));
    }
    take_notes(result_, {.manifest = request_.manifest,
                         .paths = paths_,
                         .profiles = request_.playbook.profiles,
                         .feature_gate = gate_,
                         .tcp_probes = tcp_probes_,
                         .token_probes = token_probes_,
                         .unjudged = unjudged_expressions()});
  }

  // Of the file that the API server will read.
  std::vector<std::string> unjudged_expressions() const {
    if (!config_bytes_) return {};
    std::string file = result_.config ? result_.config->path : present_config_path();
    auto config = access::decode_authentication_config(*config_bytes_, file, rules());
    if (!config) return {};
    return access::places_of_unjudged(*config, *config_bytes_, file);
  }

  const RewriteRequest& request_;
  std::string directory_;
  std::optional<std::string> config_bytes_;  // what the API server will read; nullopt with `closed`
  std::vector<std::string> paths_;
  bool closed_ = false;
  bool opens_all_ = false;  // rollback --to-open
  std::optional<std::string> gate_;
  std::vector<std::string> tcp_probes_;    // probes to turn into TCP probes: "livenessProbe"
  std::vector<std::string> token_probes_;  // probes that send a token
  Rewrite result_;
  std::vector<Error> refusals_;
};

}  // namespace

RewriteOutcome rewrite(const RewriteRequest& request) {
  return Rewriter(request).run();
}

}  // namespace nightlatch::plan
