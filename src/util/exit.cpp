#include "util/exit.hpp"

#include <algorithm>
#include <array>

namespace nightlatch {

Exit worst(std::initializer_list<Exit> all) {
  constexpr std::array order{Exit::needs_person, Exit::bug,      Exit::interrupted, Exit::mixed,
                             Exit::rolled_back,  Exit::locked,   Exit::refused,     Exit::window,
                             Exit::usage,        Exit::findings, Exit::coverage};
  for (Exit candidate : order) {
    if (std::find(all.begin(), all.end(), candidate) != all.end()) return candidate;
  }
  return Exit::done;
}

}  // namespace nightlatch
