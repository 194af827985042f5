// What -p names: a shipped playbook, or a file.
#pragma once

#include <string>

#include "spec/playbook.hpp"
#include "util/result.hpp"

namespace nightlatch::cli {

struct PlaybookSource {
  std::string file;  // for messages: the path, or "playbook health-only"
  std::string bytes;
};

// A shipped playbook's name wins; a word with "/" or ".yaml" is a file.
[[nodiscard]] Result<PlaybookSource> find_playbook(const std::string& word);
[[nodiscard]] Result<spec::Playbook> load_playbook(const std::string& word);

}  // namespace nightlatch::cli
