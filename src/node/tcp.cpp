#include "node/tcp.hpp"

#include <cerrno>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::node {

namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

void set_peer_timeout(int fd) {
  int on = 1;
  unsigned int milliseconds = 45'000;
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
}

int family_of(const std::string& name) {
  if (name == "inet") return AF_INET;
  return name == "inet6" ? AF_INET6 : AF_UNSPEC;
}

// Of this machine, given as an address or a name. Returns 0 or an errno.
int bind_to(const Fd& fd, const std::string& from, int family) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(from.c_str(), nullptr, &hints, &found) != 0) return EADDRNOTAVAIL;
  AddressList addresses(found, &::freeaddrinfo);
  return ::bind(fd.get(), found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
}

// Returns 0 and sets `connected`, or returns an errno.
int try_address(const addrinfo& address, const std::string& from, std::chrono::milliseconds limit,
                Fd& connected) {
  Fd fd(::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
  if (!fd.valid()) return errno;
  if (!from.empty()) {
    if (int error = bind_to(fd, from, address.ai_family); error != 0) return error;
  }
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return errno;
    pollfd wait{fd.get(), POLLOUT, 0};
    auto until = std::chrono::steady_clock::now() + limit;
    int ready = 0;
    do {
      auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      ready = ::poll(&wait, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    if (ready < 0 || ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    if (error != 0) return error;
  }
  set_peer_timeout(fd.get());
  connected = std::move(fd);
  return 0;
}

}  // namespace

Result<Fd> connect_tcp(const std::string& node, const TcpTarget& target, std::chrono::milliseconds limit) {
  const std::string& host = target.host;
  const std::uint16_t port = target.port;
  addrinfo hints{};
  hints.ai_family = family_of(target.family);
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  int unknown = ::getaddrinfo(host.c_str(), fmt::format("{}", port).c_str(), &hints, &found);
  AddressList addresses(found, &::freeaddrinfo);
  if (unknown != 0) {
    return fail(node_errors::name_unknown,
                fmt::format("{}: the host name {} has no address: {}", node, host, ::gai_strerror(unknown)));
  }
  int error = EHOSTUNREACH;
  Fd connected;
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    error = try_address(*address, target.from, limit, connected);
    if (error == 0) return connected;
  }
  if (error == ECONNREFUSED) {
    return fail(node_errors::connection_refused,
                fmt::format("{}: no server listens on {} port {}", node, host, port));
  }
  std::string why = error == ETIMEDOUT ? fmt::format("no answer within {}", human_duration(limit))
                                       : std::generic_category().message(error);
  return fail(node_errors::unreachable,
              fmt::format("{}: {} port {} cannot be reached: {}", node, host, port, why));
}

}  // namespace nightlatch::node
