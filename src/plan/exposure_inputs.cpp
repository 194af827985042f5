#include "plan/exposure_inputs.hpp"

#include <utility>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "plan/rewrite_errors.hpp"

namespace nightlatch::plan {

access::ExposureInputs exposure_inputs(const manifest::ApiServerPod& pod, const access::Version& version,
                                       std::optional<std::string> config) {
  access::ExposureInputs inputs;
  inputs.version = version;
  auto anonymous = pod.flags_with_prefix("anonymous-auth");
  std::erase_if(anonymous, [](const manifest::Flag& flag) { return flag.name != "anonymous-auth"; });
  inputs.anonymous_flag_present = !anonymous.empty();
  if (!anonymous.empty()) inputs.anonymous_flag = anonymous.back().value;
  for (const manifest::Flag& flag : pod.flags_with_prefix("oidc-"))
    inputs.oidc_flags.push_back({flag.name, flag.value});
  inputs.oidc_flag_present = !inputs.oidc_flags.empty();
  inputs.config_flag_present = !pod.flag("authentication-config").value_or("").empty();
  inputs.config = std::move(config);
  inputs.config_file = pod.flag("authentication-config").value_or("");
  for (const manifest::Flag& flag : pod.flags_with_prefix("service-account-issuer")) {
    if (flag.name == "service-account-issuer" && !flag.value.value_or("").empty())
      inputs.service_account_issuers.push_back(*flag.value);
  }
  inputs.authorization_mode = pod.joined_flag("authorization-mode");
  inputs.authorization_config_present = pod.has_flag("authorization-config");
  inputs.feature_gates = pod.feature_gates();
  inputs.emulated_version = pod.flag("emulated-version");
  return inputs;
}

std::optional<access::Version> version_of(const manifest::ApiServerPod& pod,
                                          const std::optional<access::Version>& given) {
  if (given) return given;
  auto tag = access::parse_version(pod.image_tag);
  return tag ? std::optional(*tag) : std::nullopt;
}

Error not_known(const access::Version& version) {
  constexpr int newest = access::newest_known_minor;
  Error error{.code = plan_rewrite_errors::version_out_of_range,
              .message = fmt::format("nightlatch does not know kube-apiserver {}", version.text())};
  if (!access::is_newer_than_known(version)) return error;
  error.message =
      fmt::format("nightlatch was not tested with kube-apiserver {}: the newest that it knows is 1.{}",
                  version.text(), newest);
  error.next = fmt::format(
      "look for a newer nightlatch; or have it judged by the rules of 1.{}: nightlatch plan --accept-version "
      "{}, or "
      "nightlatch rewrite --kubernetes-version 1.{}",
      newest, version.minor_text(), newest);
  return error;
}

void record_version(const std::string& text, Plan& plan) {
  auto version = access::parse_version(text);
  if (!version || !access::is_newer_than_known(*version)) return;
  plan.accepted.versions = {version->minor_text()};
  plan.checks.push_back({PlanCheck::Grade::warning,
                         fmt::format("kube-apiserver {} was accepted: nightlatch was not tested with it, and "
                                     "judges it by the rules of 1.{}",
                                     version->minor_text(), access::newest_known_minor),
                         plan_checks::version_accepted.number,
                         {.object = "kube-apiserver " + version->minor_text()}});
}

}  // namespace nightlatch::plan
