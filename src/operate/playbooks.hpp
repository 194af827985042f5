// Playbooks: those that are shipped with nightlatch, and files.
#pragma once

#include <string>
#include <vector>

#include "report/playbook.hpp"
#include "spec/playbook.hpp"
#include "util/result.hpp"

namespace nightlatch::operate {

struct PlaybookSource {
  std::string file;  // for messages: the path, or "playbook health-only"
  std::string bytes;
};

// What -p names: a shipped playbook, or else a file. Errors: playbook_unknown, where no shipped playbook has
// the name and `word` neither looks like a path ("/" or ".") nor is one; the file cannot be read.
[[nodiscard]] Result<PlaybookSource> find_playbook(const std::string& word);
// The same, parsed; of several names of shipped playbooks with commas between them, one playbook with all
// their profiles. Errors also: those of spec::parse_playbook; playbook_unknown, where one of several names is
// no shipped playbook; profile_alone, where the profiles exclude each other.
[[nodiscard]] Result<spec::Playbook> load_playbook(const std::string& word);

// The shipped playbooks, each with the summary of its profile.
[[nodiscard]] Result<std::vector<report::PlaybookLine>> list_playbooks();

// A playbook and its bytes, from which a person starts a playbook of their own.
struct ShownPlaybook {
  spec::Playbook playbook;
  std::string bytes;
};
[[nodiscard]] Result<ShownPlaybook> show_playbook(const std::string& word);

// A playbook whose profiles can be combined, and the paths that they leave open.
struct CheckedPlaybook {
  spec::Playbook playbook;
  std::vector<std::string> paths;
};
[[nodiscard]] Result<CheckedPlaybook> check_playbook(const std::string& word);

}  // namespace nightlatch::operate
