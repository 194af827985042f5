#include "node/libssh_tunnel.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace nightlatch::node {

namespace {

constexpr std::size_t chunk = 32768;

}  // namespace

LibsshTunnel::LibsshTunnel(Session session, Channel channel, Fd outer, Fd inner)
    : session_(std::move(session)),
      channel_(std::move(channel)),
      outer_(std::move(outer)),
      inner_(std::move(inner)) {}

LibsshTunnel::~LibsshTunnel() = default;

LibsshTunnel::Moved LibsshTunnel::from_node() {
  if (pending_.empty()) {
    std::array<char, chunk> buffer{};
    int got = ssh_channel_read_nonblocking(channel_.get(), buffer.data(), chunk, 0);
    if (got == SSH_ERROR) return Moved::broken;
    if (got > 0) pending_.assign(buffer.data(), static_cast<std::size_t>(got));
  }
  if (pending_.empty()) return Moved::nothing;
  ssize_t taken = ::send(inner_.get(), pending_.data(), pending_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (taken < 0) return errno == EAGAIN || errno == EINTR ? Moved::nothing : Moved::broken;
  pending_.erase(0, static_cast<std::size_t>(taken));
  return Moved::something;
}

LibsshTunnel::Moved LibsshTunnel::to_node() {
  if (caller_closed_) return Moved::nothing;
  std::size_t room = std::min<std::size_t>(chunk, ssh_channel_window_size(channel_.get()));
  if (room == 0) return Moved::nothing;
  std::array<char, chunk> buffer{};
  ssize_t got = ::recv(inner_.get(), buffer.data(), room, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Moved::nothing : Moved::broken;
  if (got == 0) {
    caller_closed_ = true;
    ssh_channel_send_eof(channel_.get());
    return Moved::nothing;
  }
  // Within the window a write does not wait for the far side.
  int sent = ssh_channel_write(channel_.get(), buffer.data(), static_cast<std::uint32_t>(got));
  return sent == static_cast<int>(got) ? Moved::something : Moved::broken;
}

bool LibsshTunnel::drained() const {
  return pending_.empty() &&
         (ssh_channel_is_eof(channel_.get()) != 0 || ssh_channel_is_closed(channel_.get()) != 0);
}

void LibsshTunnel::wait_for_news(std::chrono::milliseconds wait) const {
  std::array<pollfd, 2> fds{pollfd{ssh_get_fd(session_.get()), POLLIN, 0}, pollfd{inner_.get(), 0, 0}};
  if (!caller_closed_) fds[1].events |= POLLIN;
  if (!pending_.empty()) fds[1].events |= POLLOUT;
  if (fds[1].events == 0) fds[1].fd = -1;
  (void)::poll(fds.data(), fds.size(), static_cast<int>(wait.count()));
}

bool LibsshTunnel::pump(std::chrono::milliseconds wait) {
  using Clock = std::chrono::steady_clock;
  auto until = Clock::now() + wait;
  bool waited = false;
  while (!far_closed_) {
    Moved in = from_node();
    Moved out = to_node();
    if (in == Moved::broken || out == Moved::broken || (in == Moved::nothing && drained())) {
      far_closed_ = true;
      ::shutdown(inner_.get(), SHUT_WR);
      break;
    }
    if (in == Moved::something || out == Moved::something) {
      if (waited || Clock::now() >= until) break;  // bytes have arrived for the caller: return at once
      continue;
    }
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0 || waited) break;
    wait_for_news(left);
    waited = true;
  }
  return !far_closed_;
}

}  // namespace nightlatch::node
