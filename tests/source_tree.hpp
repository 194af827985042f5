// The sources of this tree, for the tests that look at how they are written.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace nightlatch {

struct Source {
  std::string path;  // from the root of the tree, "src/manifest/splice.cpp"
  std::string room;  // the first folder below the one that was read, "manifest"; empty for a file right in it
  std::string text;
  std::vector<std::string> lines;

  [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
};

// The text of a file. One that cannot be read fails the test.
[[nodiscard]] std::string read_or_fail(const std::string& path);

// Every file below `folder` of the tree whose name ends in one of `extensions`, by path.
[[nodiscard]] std::vector<Source> read_sources(const std::string& folder,
                                               const std::set<std::string>& extensions = {".cpp", ".hpp"});

}  // namespace nightlatch
