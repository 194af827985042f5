#include "access/exposure.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "access/authentication_config.hpp"
#include "access/oidc.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
namespace {

using namespace std::string_view_literals;

constexpr std::array<std::pair<ExposureState, std::string_view>, 5> state_names{{
    {ExposureState::open, "open"sv},
    {ExposureState::restricted, "restricted"sv},
    {ExposureState::closed, "closed"sv},
    {ExposureState::will_not_start, "will-not-start"sv},
    {ExposureState::unknown, "unknown"sv},
}};

// strconv.ParseBool; a bare flag is true.
std::optional<bool> flag_value(const std::optional<std::string>& written) {
  if (!written) return true;
  constexpr std::array yes{"1"sv, "t"sv, "T"sv, "TRUE"sv, "true"sv, "True"sv};
  constexpr std::array no{"0"sv, "f"sv, "F"sv, "FALSE"sv, "false"sv, "False"sv};
  if (std::find(yes.begin(), yes.end(), *written) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), *written) != no.end()) return false;
  return std::nullopt;
}

// kube-apiserver 1.32.0 to 1.32.2 cannot tell which flags are set, and refuses no combination (fixed
// in 1.32.3 by kubernetes/kubernetes#130332).
bool sees_set_flags(const Version& version) {
  return !(version.minor == 32 && version.patch < 3);
}

// The last setting of a gate in "A=true,kube:B=false"; text that is no bool stays text.
std::optional<std::string> gate_setting(const std::optional<std::string>& gates, std::string_view name) {
  std::optional<std::string> found;
  for (const std::string& entry : split(gates.value_or(""), ',')) {
    std::string_view setting = trim(entry);
    if (setting.starts_with("kube:")) setting.remove_prefix(5);
    std::size_t equals = setting.find('=');
    if (equals != std::string_view::npos && trim(setting.substr(0, equals)) == name) {
      found = trim(setting.substr(equals + 1));
    }
  }
  return found;
}

// "1.31" or "kube=1.31"; nullopt when it cannot be read.
std::optional<int> emulated_minor(const std::string& written) {
  auto version = parse_version(std::string_view(written).substr(written.rfind('=') + 1));
  if (!version) return std::nullopt;
  return version->minor;
}

int effective_minor(const ExposureInputs& inputs) {
  int minor = inputs.version.minor;
  return inputs.emulated_version ? std::min(minor, emulated_minor(*inputs.emulated_version).value_or(minor))
                                 : minor;
}

constexpr std::string_view structured_gate_name = "StructuredAuthenticationConfiguration";

// What kube-apiserver logs when it cannot read the setting of one of the two gates, or does not know the
// gate; nullopt: it takes the setting. It says so before it looks at --emulated-version (seen on 1.37).
std::optional<std::string> unread_gate(const ExposureInputs& inputs, std::string_view gate) {
  auto setting = gate_setting(inputs.feature_gates, gate);
  if (!setting) return std::nullopt;
  if (!flag_value(setting)) return fmt::format("invalid value of {}={}", gate, *setting);
  int minor = inputs.version.minor;
  bool is_known = minor <= 36 && (minor >= 31 || gate != anonymous_gate_name);
  if (is_known) return std::nullopt;
  return fmt::format("unrecognized feature gate: {}", gate);
}

// The same of a gate that can no longer be set.
std::optional<std::string> locked_gate(const ExposureInputs& inputs, std::string_view gate) {
  auto setting = gate_setting(inputs.feature_gates, gate);
  if (!setting || *flag_value(setting) || effective_minor(inputs) < 34) return std::nullopt;
  return fmt::format("cannot set feature gate {} to false, feature is locked to true", gate);
}

std::optional<std::string> gate_refusal(const ExposureInputs& inputs, std::string_view gate) {
  if (auto refusal = unread_gate(inputs, gate)) return refusal;
  return locked_gate(inputs, gate);
}

Exposure will_not_start(std::string why, std::string refusal = {}) {
  return {.state = ExposureState::will_not_start,
          .paths = {},
          .why = std::move(why),
          .refusal = std::move(refusal)};
}
Exposure unknown(std::string why) {
  return {.state = ExposureState::unknown, .paths = {}, .why = std::move(why)};
}
Exposure closed(std::string why) {
  return {.state = ExposureState::closed, .paths = {}, .why = std::move(why)};
}
Exposure open(std::string why) {
  return {.state = ExposureState::open, .paths = {}, .why = std::move(why)};
}

// The part of the words that a log shows as well. At its start kube-apiserver finds a service account issuer
// without saying which authenticator has it, and behind "missing in" it repeats the whole file.
std::string logged(std::string_view words) {
  constexpr std::string_view cut = "…";
  if (words.ends_with(cut)) words.remove_suffix(cut.size());
  std::size_t behind_index = words.find("].issuer.url: ");
  bool of_issuer = words.find("URL must not overlap with disallowed issuers") != std::string_view::npos;
  if (of_issuer && behind_index != std::string_view::npos) words.remove_prefix(behind_index + 2);
  return std::string(words);
}

class Judge {
 public:
  explicit Judge(const ExposureInputs& inputs) : in_(inputs) {}

  Exposure judge() const {
    if (!is_known(in_.version)) {
      return unknown(fmt::format("nightlatch does not know the rules of Kubernetes {}; it knows 1.{} to 1.{}",
                                 in_.version.minor_text(), oldest_known_minor, newest_known_minor));
    }
    if (in_.emulated_version && !emulated_minor(*in_.emulated_version)) {
      return unknown(fmt::format("--emulated-version={} cannot be read", *in_.emulated_version));
    }
    if (in_.anonymous_flag_present && !flag_value(in_.anonymous_flag)) {
      return will_not_start(
          fmt::format("--anonymous-auth={} is neither true nor false", *in_.anonymous_flag),
          fmt::format("invalid argument {:?} for \"--anonymous-auth\" flag", *in_.anonymous_flag));
    }
    if (auto refused = refused_gate(unread_gate)) return *refused;
    if (auto refusal = emulation_refusal()) {
      return will_not_start(
          fmt::format("{} cannot emulate {}", in_.version.minor_text(), *in_.emulated_version), *refusal);
    }
    if (auto refused = refused_gate(locked_gate)) return *refused;
    if (in_.config_flag_present) return by_file();
    auto refusal = oidc_refusal(in_.oidc_flags, server_rules(in_));
    if (refusal && sees_set_flags(in_.version))
      return will_not_start(fmt::format("the --oidc-* flags: {}", *refusal), logged(*refusal));
    return by_flag("no --authentication-config");
  }

 private:
  std::optional<Exposure> refused_gate(std::optional<std::string> (*refusal_of)(const ExposureInputs&,
                                                                                std::string_view)) const {
    for (std::string_view gate : {anonymous_gate_name, structured_gate_name}) {
      if (auto refusal = refusal_of(in_, gate)) {
        return will_not_start(
            fmt::format("--feature-gates: {} refuses this setting of {}", in_.version.minor_text(), gate),
            *refusal);
      }
    }
    return std::nullopt;
  }

  Exposure by_file() const {
    if (structured_config_is_off()) {
      return will_not_start(
          "--authentication-config without the feature gate StructuredAuthenticationConfiguration",
          "set --feature-gates=StructuredAuthenticationConfiguration=true to use authentication-config file");
    }
    if (in_.oidc_flag_present && sees_set_flags(in_.version)) {
      constexpr std::string_view refusal =
          "authentication-config file and oidc-* flags are mutually exclusive";
      return will_not_start(std::string(refusal), std::string(refusal));
    }
    if (!in_.config) return unknown("the file that --authentication-config names was not read");
    const std::string file = in_.config_file.empty() ? "authentication configuration" : in_.config_file;
    const ServerRules rules = server_rules(in_);
    auto config = decode_authentication_config(*in_.config, file, rules);
    if (!config) return refused(config.error(), file);
    if (auto conflict = conflict_with_flags(config->anonymous.has_value())) return *conflict;
    if (auto good = check_authentication_config(*config, *in_.config, file, rules); !good)
      return refused(good.error(), file);
    if (!config->anonymous) return by_flag("the configuration file has no anonymous section");
    return by_section(*config->anonymous);
  }

  static Exposure refused(const Error& error, const std::string& file) {
    std::string words = error.message.substr(file.size() + 2);
    std::string why = error.message;
    if (error.place) why = fmt::format("{}:{}:{}: {}", file, error.place->line, error.place->column, words);
    return will_not_start(std::move(why), logged(words));
  }

  // kube-apiserver compares the file with its flags before it validates the file.
  std::optional<Exposure> conflict_with_flags(bool has_section) const {
    if (!has_section) return std::nullopt;
    if (in_.anonymous_flag_present && sees_set_flags(in_.version)) {
      return will_not_start(
          "--anonymous-auth cannot be set when the configuration file has an anonymous section",
          fmt::format(
              "anonymous: Forbidden: --{}-auth flag cannot be set when anonymous field is configured in "
              "authentication configuration file",
              in_.version.minor <= 33 ? "anonynous" : "anonymous"));
    }
    if (anonymous_gate(in_) == AnonymousGate::off) {
      return will_not_start(
          fmt::format("the configuration file has an anonymous section and the feature gate {} is off",
                      anonymous_gate_name),
          fmt::format("anonymous: Forbidden: anonymous is not supported when AnonymousAuthConfigurable{} "
                      "feature gate "
                      "is disabled",
                      in_.version.minor <= 34 ? "Enpoints" : "Endpoints"));
    }
    return std::nullopt;
  }

  Exposure by_section(const AnonymousSection& section) const {
    std::string tail =
        always_allows(in_) ? "; with AlwaysAllow each of these requests is an administrator's" : "";
    if (in_.anonymous_flag_present)
      tail += "; kube-apiserver 1.32.0 to 1.32.2 ignores --anonymous-auth beside the file";
    if (!section.enabled) return closed("anonymous.enabled is false in the configuration file" + tail);
    if (section.paths.empty()) {
      return open("anonymous.enabled is true without conditions in the configuration file" + tail);
    }
    Exposure exposure{.state = ExposureState::restricted,
                      .paths = section.paths,
                      .why = "the configuration file opens these paths" + tail};
    std::sort(exposure.paths.begin(), exposure.paths.end());
    exposure.paths.erase(std::unique(exposure.paths.begin(), exposure.paths.end()), exposure.paths.end());
    return exposure;
  }

  // Without an anonymous section the flag governs, and AlwaysAllow overrules the flag.
  Exposure by_flag(std::string_view because) const {
    if (in_.anonymous_flag_present && !*flag_value(in_.anonymous_flag)) {
      return closed("--anonymous-auth=false");
    }
    if (always_allows(in_)) {
      return closed("kube-apiserver switches anonymous access off by itself when the mode is AlwaysAllow");
    }
    return open(fmt::format("--anonymous-auth {}; {}",
                            in_.anonymous_flag_present ? "is true" : "defaults to true", because));
  }

  // kube-apiserver emulates at most three minors back, and none before 1.31. Seen on 1.33, 1.34 and 1.36.
  std::optional<std::string> emulation_refusal() const {
    if (!in_.emulated_version) return std::nullopt;
    int floor = std::max(31, in_.version.minor - 3);
    int wanted = *emulated_minor(*in_.emulated_version);
    if (floor <= wanted && wanted <= in_.version.minor) return std::nullopt;
    return fmt::format("emulation version 1.{} is not between [1.{}, ", wanted, floor);
  }

  bool structured_config_is_off() const {
    auto setting = gate_setting(in_.feature_gates, structured_gate_name);
    return setting && !flag_value(setting).value_or(true);  // where it is locked on, this was refused before
  }

  const ExposureInputs& in_;
};

}  // namespace

std::string_view name(ExposureState state) {
  for (const auto& [value, text] : state_names) {
    if (value == state) return text;
  }
  return "unknown";
}

std::optional<ExposureState> exposure_state(std::string_view name) {
  for (const auto& [value, text] : state_names) {
    if (text == name) return value;
  }
  return std::nullopt;
}

// minor   gate                       --feature-gates says otherwise
// 1.30    does not exist             exit: unrecognized feature gate
// 1.31    alpha, off                 as set
// 1.32-33 beta, on                   as set
// 1.34-36 GA, locked on              =false is an exit
// 1.37    removed, always on         any mention is an exit
// An emulated version before 1.32 makes the gate alpha again.
AnonymousGate anonymous_gate(const ExposureInputs& inputs) {
  if (gate_refusal(inputs, anonymous_gate_name)) return AnonymousGate::refused;
  if (inputs.version.minor <= 30) return AnonymousGate::absent;
  bool on = effective_minor(inputs) >= 32;
  if (auto setting = gate_setting(inputs.feature_gates, anonymous_gate_name)) on = *flag_value(setting);
  return on ? AnonymousGate::on : AnonymousGate::off;
}

ServerRules server_rules(const ExposureInputs& inputs) {
  constexpr std::string_view gate = "StructuredAuthenticationConfigurationEgressSelector";
  auto setting = gate_setting(inputs.feature_gates, gate);
  return {
      .minor = inputs.version.minor,
      .egress_selector = effective_minor(inputs) >= 34 && (!setting || flag_value(setting).value_or(true)),
      .service_account_issuers = inputs.service_account_issuers};
}

bool always_allows(const ExposureInputs& inputs) {
  if (!inputs.authorization_mode) return !inputs.authorization_config_present;
  auto modes = split(*inputs.authorization_mode, ',');
  return std::any_of(modes.begin(), modes.end(),
                     [](const std::string& mode) { return trim(mode) == "AlwaysAllow"; });
}

Exposure judge(const ExposureInputs& inputs) {
  return Judge(inputs).judge();
}

bool lets_in(const Exposure& exposure, std::string_view path) {
  if (exposure.state == ExposureState::open) return true;
  return exposure.state == ExposureState::restricted &&
         std::find(exposure.paths.begin(), exposure.paths.end(), path.substr(0, path.find('?'))) !=
             exposure.paths.end();
}

bool contains(const Exposure& outer, const Exposure& inner) {
  if (outer.state == ExposureState::unknown || inner.state == ExposureState::unknown) {
    return outer.state == inner.state && outer == inner;
  }
  if (inner.state == ExposureState::closed || inner.state == ExposureState::will_not_start) return true;
  if (outer.state == ExposureState::open) return true;
  return inner.state == ExposureState::restricted && outer.state == ExposureState::restricted &&
         std::includes(outer.paths.begin(), outer.paths.end(), inner.paths.begin(), inner.paths.end());
}

}  // namespace nightlatch::access
