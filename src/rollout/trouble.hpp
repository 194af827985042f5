// Why a step of a run failed.
#pragma once

#include <string>
#include <vector>

namespace nightlatch::rollout {

struct Trouble {
  int code = 0;                       // the number of a code in rollout/errors.hpp
  std::string why;                    // one line for a person
  std::vector<std::string> evidence;  // lines of the API server's log, as the node sent them
  std::string silent_node{};          // the node that did not answer, where that is the reason; else empty
  // Of a failure while a change is undone: why it is undone, "NL4207: cp1: …"; empty: nothing failed before.
  std::string undone_because{};
};

}  // namespace nightlatch::rollout
