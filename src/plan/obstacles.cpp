#include "plan/obstacles.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "util/shell_quote.hpp"

namespace nightlatch::plan {

namespace {

// What to type on the node, with {0} in place of the path.
struct WayOut {
  std::string_view kind;
  std::string_view next;
};

constexpr std::array ways_out{
    WayOut{"immutable", "lsattr -d {0} shows it, chattr -i {0} removes it"},
    WayOut{"append-only", "lsattr -d {0} shows it, chattr -a {0} removes it"},
    WayOut{"link", "ls -l {0} shows it; put the file or directory itself in the place of the link"},
    WayOut{"mount", "findmnt {0} shows it, umount {0} removes it"},
    WayOut{"other-file-system",
           "findmnt --target {0} shows it; the manifests belong on the file system of "
           "/etc/kubernetes"},
    WayOut{"read-only", "findmnt --target {0} shows it; dmesg says whether the kernel did it after an error"},
    WayOut{"no-space", "df {0} shows it; remove files that nobody needs"},
    WayOut{"no-inodes", "df -i {0} shows it; remove files that nobody needs"},
};

std::string way_out(const facts::Obstacle& obstacle) {
  const auto* found = std::find_if(ways_out.begin(), ways_out.end(),
                                   [&](const WayOut& one) { return one.kind == obstacle.kind; });
  std::string_view next = found == ways_out.end() ? "ls -ld {0} and lsattr -d {0} show more" : found->next;
  return fmt::format(fmt::runtime(next), shell_word(obstacle.path));
}

}  // namespace

std::vector<Error> check_obstacle(const facts::NodeFacts& node) {
  if (!node.obstacle) return {};
  return {Error{
      .code = plan_errors::not_replaceable,
      .message = fmt::format("{}: {} {}, so a rename cannot replace the manifest", node.name,
                             node.obstacle->path, node.obstacle->why),
      .next = fmt::format("on {}: {}", node.name, way_out(*node.obstacle)),
  }};
}

}  // namespace nightlatch::plan
