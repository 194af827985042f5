#include "node/ssh_proxy.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <system_error>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::node {

Result<std::unique_ptr<SshProxy>> SshProxy::start(const std::vector<std::string>& words,
                                                  const std::string& node) {
  auto failed = [&](int error) {
    return fail(node_errors::ssh_proxy_failed,
                fmt::format("{}: the proxy \"{}\" cannot be run: {}", node, words.front(),
                            std::generic_category().message(error)));
  };
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return failed(errno);
  auto proxy = std::make_unique<SshProxy>();
  proxy->socket_ = Fd(ends[0]);
  Fd far(ends[1]);
  proxy->words_ = memory_file();
  int error = proxy->child_.start(words, {}, {.in = far.get(), .out = far.get(), .err = proxy->words_.get()});
  if (error != 0) return failed(error);
  ::fcntl(proxy->socket_.get(), F_SETFL, O_NONBLOCK);
  return proxy;
}

std::string SshProxy::last_words() const {
  std::string line = last_line(words_);
  return std::string(trim(std::string_view(line).substr(0, 300)));
}

}  // namespace nightlatch::node
