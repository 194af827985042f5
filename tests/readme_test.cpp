// The README's sixty seconds: every command runs as it is printed there, and prints what is printed there.
// NIGHTLATCH_RECORD=1 writes the outputs anew, and fails so that they are looked at.
#include <algorithm>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "markdown.hpp"

namespace nightlatch {
namespace {

namespace fs = std::filesystem;
using cli::Finished;
using cli::Sandbox;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* chapter = "## Sixty seconds";

// The lines between the first fences after `chapter`: begin is the line behind the first fence, end the
// second fence.
struct Block {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Block block_of(const Page& page) {
  auto at = std::find(page.lines.begin(), page.lines.end(), chapter);
  auto first = std::find_if(at, page.lines.end(), is_fence);
  auto last = std::find_if(first == page.lines.end() ? first : first + 1, page.lines.end(), is_fence);
  return {.begin = static_cast<std::size_t>(first - page.lines.begin()) + 1,
          .end = static_cast<std::size_t>(last - page.lines.begin())};
}

std::vector<std::string> commands_of(const Page& page, Block block) {
  std::vector<std::string> commands;
  for (std::size_t i = block.begin; i < block.end; ++i) {
    if (page.lines[i].starts_with("$ ")) commands.push_back(page.lines[i].substr(2));
  }
  return commands;
}

// The tree as somebody sees it who has built it: the examples, and the program where ./dev build leaves it.
void lay_out_tree(const Sandbox& sandbox) {
  fs::create_directories(sandbox / "build/release");
  fs::create_symlink(program(), sandbox / "build/release/nightlatch");
  fs::create_directory(sandbox / "docs");
  fs::copy(source_directory() / "docs/examples", sandbox / "docs/examples", fs::copy_options::recursive);
}

// The commands of the block, each with what it prints on a terminal: stdout and stderr.
std::string played(const Page& page, Block block) {
  Sandbox sandbox;
  lay_out_tree(sandbox);
  std::string text;
  for (const std::string& command : commands_of(page, block)) {
    text += "$ " + command + "\n";
    if (command == "./dev build") continue;  // takes minutes; every test here runs what it has built
    Finished finished = sandbox.shell("( " + command + " ) 2>&1");
    EXPECT_EQ(finished.exit, 0) << command;
    text += finished.out;
  }
  return text;
}

TEST(Readme, ItsSixtySecondsPrintWhatTheySay) {
  Page page = read_page("README.md");
  Block block = block_of(page);
  ASSERT_LT(block.begin, block.end);
  ASSERT_GE(commands_of(page, block).size(), 4U);
  std::string expected = played(page, block);
  std::vector<std::string> lines(page.lines.begin(), page.lines.begin() + static_cast<long>(block.begin));
  std::string told = join(std::span(page.lines).subspan(block.begin, block.end - block.begin), "\n") + "\n";
  if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
    std::string whole =
        join(lines, "\n") + "\n" + expected + join(std::span(page.lines).subspan(block.end), "\n");
    ASSERT_TRUE(write_file_durably(source_directory() / "README.md", whole, 0644));
    FAIL() << "README.md was written again; read the difference";
  }
  EXPECT_EQ(told, expected) << "NIGHTLATCH_RECORD=1 writes it again";
}

TEST(Readme, ItsCommandsForAClusterAreUnderstood) {
  Page page = read_page("README.md");
  Sandbox sandbox;
  std::size_t seen = 0;
  for (const std::string& line : page.lines) {
    if (!line.starts_with("$ nightlatch ")) continue;
    ++seen;
    std::string command = line.substr(2, line.find(" #") - 2);
    EXPECT_THAT(sandbox.shell(command).err, AllOf(HasSubstr("NL"), Not(HasSubstr("NL1051")))) << line;
  }
  EXPECT_GE(seen, 5U);
}

TEST(Readme, ItsManifestIsTheOneThatTheGoldensProve) {
  EXPECT_EQ(read_file(source_directory() / "docs/examples/kube-apiserver.yaml").value(),
            cli::golden_manifest("kubeadm-1.34"));
}

TEST(Readme, HasAtMost150Lines) {
  EXPECT_LE(read_page("README.md").lines.size(), 151U);  // the last one is empty
}

}  // namespace
}  // namespace nightlatch
