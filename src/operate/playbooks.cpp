#include "operate/playbooks.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "operate/errors.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

Result<PlaybookSource> find_playbook(const std::string& word) {
  std::vector<std::string> names;
  for (const spec::ShippedPlaybook& shipped : spec::shipped_playbooks()) {
    if (shipped.name == word)
      return PlaybookSource{fmt::format("playbook {}", word), std::string(shipped.bytes)};
    names.emplace_back(shipped.name);
  }
  std::error_code ignored;
  bool looks_like_a_file = word.find('/') != std::string::npos || word.find('.') != std::string::npos;
  if (!looks_like_a_file && !std::filesystem::exists(word, ignored)) {
    Error error{
        operate_errors::playbook_unknown, fmt::format("no playbook is named \"{}\"", word), {}, {}, {}, {}};
    error.details.push_back(fmt::format("known: {}", join(names, ", ")));
    if (auto close = did_you_mean(word, names)) error.hint = fmt::format("did you mean \"{}\"?", *close);
    return fail(std::move(error));
  }
  NL_ASSIGN(std::string bytes, read_file(expand_home(word)));
  return PlaybookSource{word, std::move(bytes)};
}

namespace {

Result<spec::Playbook> combined(const std::string& word) {
  spec::Playbook playbook;
  playbook.name = word;
  playbook.profiles.clear();
  for (const std::string& name : split(word, ',')) {
    auto shipped = std::find_if(spec::shipped_playbooks().begin(), spec::shipped_playbooks().end(),
                                [&](const spec::ShippedPlaybook& one) { return one.name == name; });
    if (shipped == spec::shipped_playbooks().end()) {
      Error error{
          .code = operate_errors::playbook_unknown,
          .message = fmt::format("\"{}\" is no shipped playbook, and only those are combined by -p", name)};
      error.next =
          "write one playbook that has them all: nightlatch playbook show health-only > mine.yaml, then "
          "spec.profile: [health-only, metrics] in it";
      return fail(std::move(error));
    }
    NL_ASSIGN(spec::Playbook one, spec::parse_playbook(shipped->bytes, shipped->name));
    for (std::string& profile : one.profiles) {
      if (!is_among(profile, playbook.profiles)) playbook.profiles.push_back(std::move(profile));
    }
  }
  NL_TRY(access::combine(playbook.profiles, std::vector<std::string>{}));
  return playbook;
}

// Where a plan with this shipped playbook is refused, and why.
std::string_view refusals_of(std::string_view name) {
  if (name == "closed") {
    return "a probe or the load balancer asks without credentials (NL3112, NL3222), as kubeadm's probes do; "
           "spec.probes: tcpSocket changes these";
  }
  if (name == "rbac-only") return "everywhere: this version changes no RBAC objects (NL3103)";
  if (name == "metrics")
    return "Kubernetes 1.30 (NL3110); RBAC does not let system:unauthenticated get /metrics (NL3228)";
  return "Kubernetes 1.30, which limits anonymous access to no path (NL3110)";
}

}  // namespace

Result<spec::Playbook> load_playbook(const std::string& word) {
  std::error_code ignored;
  if (word.find(',') != std::string::npos && !std::filesystem::exists(word, ignored)) return combined(word);
  NL_ASSIGN(PlaybookSource source, find_playbook(word));
  return spec::parse_playbook(source.bytes, source.file);
}

Result<std::vector<report::PlaybookLine>> list_playbooks() {
  std::vector<report::PlaybookLine> lines;
  for (const spec::ShippedPlaybook& shipped : spec::shipped_playbooks()) {
    NL_ASSIGN(spec::Playbook playbook, spec::parse_playbook(shipped.bytes, shipped.name));
    lines.push_back(
        {.playbook = std::move(playbook), .summary = {}, .refused = std::string(refusals_of(shipped.name))});
    const access::Profile* profile = access::find_profile(shipped.name);
    if (profile != nullptr) lines.back().summary = profile->summary;
  }
  return lines;
}

Result<ShownPlaybook> show_playbook(const std::string& word) {
  NL_ASSIGN(PlaybookSource source, find_playbook(word));
  NL_ASSIGN(spec::Playbook playbook, spec::parse_playbook(source.bytes, source.file));
  return ShownPlaybook{.playbook = std::move(playbook), .bytes = std::move(source.bytes)};
}

Result<CheckedPlaybook> check_playbook(const std::string& word) {
  NL_ASSIGN(spec::Playbook playbook, load_playbook(word));
  std::vector<std::string> extra;
  for (const spec::ExtraPath& path : playbook.paths) extra.push_back(path.path);
  NL_ASSIGN(std::vector<std::string> paths, access::combine(playbook.profiles, extra));
  return CheckedPlaybook{.playbook = std::move(playbook), .paths = std::move(paths)};
}

}  // namespace nightlatch::operate
