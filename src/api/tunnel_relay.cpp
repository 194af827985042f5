#include "api/tunnel_relay.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

#include <fmt/format.h>

#include "api/errors.hpp"

namespace nightlatch::api {
namespace {

tl::unexpected<Error> no_socket(int error) {
  return fail(api_errors::unreachable, fmt::format("no local socket could be made for the tunnel: {}",
                                                   std::generic_category().message(error)));
}

}  // namespace

Result<TunnelRelay> TunnelRelay::open(Tunnel& tunnel) {
  Fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener.valid()) return no_socket(errno);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  // Without a name in the address the kernel chooses a free abstract one (unix(7), autobind).
  if (::bind(listener.get(), generic, sizeof address.sun_family) != 0 || ::listen(listener.get(), 4) != 0) {
    return no_socket(errno);
  }
  socklen_t size = sizeof address;
  if (::getsockname(listener.get(), generic, &size) != 0) return no_socket(errno);
  std::size_t before_name = offsetof(sockaddr_un, sun_path) + 1;  // the NUL that makes it abstract
  if (size <= before_name) return no_socket(EADDRNOTAVAIL);
  std::string name(address.sun_path + 1, size - before_name);
  return TunnelRelay(tunnel, std::move(listener), std::move(name));
}

bool TunnelRelay::accept_curl() {
  if (curl_.valid()) return true;
  Fd arrived(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!arrived.valid()) return false;
  ucred peer{};
  socklen_t size = sizeof peer;
  bool known = ::getsockopt(arrived.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  if (!known || peer.pid != ::getpid()) return false;
  curl_ = std::move(arrived);
  listener_.reset();
  return true;
}

bool TunnelRelay::Flow::move(int from, int to) {
  bool moved = false;
  if (begin == end && !ended) {
    ssize_t got = ::recv(from, bytes.data(), bytes.size(), MSG_DONTWAIT);
    bool later = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    ended = got <= 0 && !later;
    begin = 0;
    end = got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  if (begin < end) {
    ssize_t sent = ::send(to, bytes.data() + begin, end - begin, MSG_DONTWAIT | MSG_NOSIGNAL);
    bool later = sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    if (sent > 0) begin += static_cast<std::size_t>(sent);
    if (sent < 0 && !later) {  // nobody takes them any more
      ended = true;
      begin = end;
    }
    moved = sent > 0;
  }
  return moved;
}

void TunnelRelay::turn(std::chrono::milliseconds wait) {
  bool here = accept_curl();
  bool moved = here && out_.move(curl_.get(), tunnel_->socket());
  if (here && in_.move(tunnel_->socket(), curl_.get())) moved = true;
  if (open_) open_ = tunnel_->pump(moved ? std::chrono::milliseconds(0) : wait);
  while (here && in_.move(tunnel_->socket(), curl_.get())) {
  }
  bool nothing_left = in_.begin == in_.end && (in_.ended || !open_);
  if (here && nothing_left) ::shutdown(curl_.get(), SHUT_WR);
}

}  // namespace nightlatch::api
