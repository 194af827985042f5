#include "cli/playbooks.hpp"

#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

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
        cli_errors::playbook_unknown, fmt::format("no playbook is named \"{}\"", word), {}, {}, {}, {}};
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

}  // namespace nightlatch::cli
