#include "facts/node_facts.hpp"

#include <fmt/format.h>

namespace nightlatch::facts {

std::string PodView::identity() const {
  if (!sandbox.empty()) return fmt::format("{}/{}", sandbox, container);
  return fmt::format("pid {} start {}", pid, process_start);
}

}  // namespace nightlatch::facts
