#include "source_tree.hpp"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "places.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch {

std::string read_or_fail(const std::string& path) {
  auto text = read_file(path);
  EXPECT_TRUE(text) << path;
  return text.value_or("");
}

std::vector<Source> read_sources(const std::string& folder, const std::set<std::string>& extensions) {
  const std::filesystem::path root = source_directory();
  std::vector<Source> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    std::string extension = entry.path().extension();
    if (!extensions.contains(extension)) continue;
    std::filesystem::path below = entry.path().lexically_relative(root / folder);
    std::string room = below.has_parent_path() ? below.begin()->string() : "";
    std::string text = read_or_fail(entry.path());
    all.push_back({folder + "/" + below.string(), room, text, split(text, '\n')});
  }
  std::ranges::sort(all, {}, &Source::path);
  return all;
}

}  // namespace nightlatch
