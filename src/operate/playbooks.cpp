#include "operate/playbooks.hpp"

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

Result<spec::Playbook> load_playbook(const std::string& word) {
  NL_ASSIGN(PlaybookSource source, find_playbook(word));
  return spec::parse_playbook(source.bytes, source.file);
}

Result<std::vector<report::PlaybookLine>> list_playbooks() {
  std::vector<report::PlaybookLine> lines;
  for (const spec::ShippedPlaybook& shipped : spec::shipped_playbooks()) {
    NL_ASSIGN(spec::Playbook playbook, spec::parse_playbook(shipped.bytes, shipped.name));
    lines.push_back({.playbook = std::move(playbook), .summary = {}});
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
