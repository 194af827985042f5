// A program that carries a connection on its stdin and stdout: ProxyCommand, and `ssh -W` for ProxyJump.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "util/child.hpp"
#include "util/fd.hpp"
#include "util/result.hpp"

namespace nightlatch::node {

// Ended with the object.
class SshProxy {
 public:
  // Errors: ssh_proxy_failed.
  [[nodiscard]] static Result<std::unique_ptr<SshProxy>> start(const std::vector<std::string>& words,
                                                               const std::string& node);

  // The connection's end here; the caller closes it.
  [[nodiscard]] int release_socket() { return socket_.release(); }
  // What it wrote to stderr last, a line; empty: nothing.
  [[nodiscard]] std::string last_words() const;

 private:
  Child child_;
  Fd socket_;
  Fd words_;
};

}  // namespace nightlatch::node
