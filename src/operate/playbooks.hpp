// The playbooks: shipped ones, and files.
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

// What -p names. A shipped playbook's name wins; a word with "/" or "." is a file.
[[nodiscard]] Result<PlaybookSource> find_playbook(const std::string& word);
[[nodiscard]] Result<spec::Playbook> load_playbook(const std::string& word);

// The shipped ones.
[[nodiscard]] Result<std::vector<report::PlaybookLine>> list_playbooks();

// Its bytes as they are, to start one's own from, once they have been read as a playbook.
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
