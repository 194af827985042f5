// The one command that sudo or doas may allow nightlatch's user on a node (templates/node/wrapper.sh).
#pragma once

#include <string>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::node {

struct Wrapper {
  std::string path;                // where it is installed
  std::vector<std::string> known;  // the SHA-256 of the scripts that it runs; the first is this version's
  std::string script;              // of /bin/sh
  std::string sudoers;             // a line for sudoers
  std::string doas;                // a line for doas.conf
};

struct WrapperRequest {
  std::string path = "/usr/local/sbin/nightlatch-node";
  std::string user = "USER";
  std::vector<std::string> also = {};  // the SHA-256 of scripts of other versions
};

// Error: bad_wrapper: a word of the request is not what a shell, sudoers and doas.conf take as one plain
// word.
[[nodiscard]] Result<Wrapper> make_wrapper(const WrapperRequest& request);

}  // namespace nightlatch::node
