// The Markdown pages of the tree, as far as its own tests read them.
#pragma once

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "places.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch {

struct Page {
  std::string path;  // from the root of the tree: "docs/safety.md"
  std::vector<std::string> lines;
};

inline Page read_page(const std::string& path) {
  auto text = read_file(source_directory() / path);
  EXPECT_TRUE(text) << path;
  return {.path = path, .lines = split(text.value_or(""), '\n')};
}

// Every file below `folder` ("" is the whole tree), as paths from the root, in order. What was built, what
// Git keeps and what tests compare with byte for byte is left out.
inline std::vector<std::string> files_below(const std::string& folder) {
  namespace fs = std::filesystem;
  const std::set<std::string> left_out{"build", ".git", "tests/golden", "tests/fuzz/corpus"};
  std::vector<std::string> files;
  for (auto it = fs::recursive_directory_iterator(source_directory() / folder);
       it != fs::recursive_directory_iterator(); ++it) {
    std::string path = it->path().lexically_relative(source_directory()).string();
    if (left_out.contains(path)) {
      if (it->is_directory()) it.disable_recursion_pending();
      continue;
    }
    if (it->is_regular_file()) files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Whether a line begins or ends a block of code.
inline bool is_fence(const std::string& line) {
  return trim(line).starts_with("```");
}

}  // namespace nightlatch
