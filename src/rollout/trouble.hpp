// Why a step of a run failed.
#pragma once

#include <string>
#include <vector>

namespace nightlatch::rollout {

struct Trouble {
  int code = 0;                       // the number of a code in rollout/errors.hpp
  std::string why;                    // one line for a person
  std::vector<std::string> evidence;  // lines of the API server's log, as the node sent them
};

}  // namespace nightlatch::rollout
