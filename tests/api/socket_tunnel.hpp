// A tunnel as an SSH session makes one: bytes move only while pump() runs, in the caller's thread.
#pragma once

#include <array>
#include <fcntl.h>

#include "api/tls_server.hpp"
#include "util/tunnel.hpp"

namespace nightlatch::test {

class SocketTunnel final : public Tunnel {
 public:
  explicit SocketTunnel(std::uint16_t port) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
      throw std::runtime_error("pair");
    near_ = Fd(ends[0]);
    ours_ = Fd(ends[1]);
    far_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (far_.get() < 0 || ::connect(far_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("far");
    ::fcntl(far_.get(), F_SETFL, O_NONBLOCK);
  }

  [[nodiscard]] int socket() const override { return near_.get(); }

  [[nodiscard]] bool pump(std::chrono::milliseconds wait) override {
    if (!far_.valid()) return false;
    pollfd both[2]{{ours_.get(), POLLIN, 0}, {far_.get(), POLLIN, 0}};
    ::poll(both, 2, static_cast<int>(wait.count()));
    if (both[0].revents != 0) move(ours_.get(), far_.get());
    if (both[1].revents != 0 && !move(far_.get(), ours_.get())) {
      ours_.reset();
      far_.reset();
    }
    return far_.valid();
  }

 private:
  static bool move(int from, int to) {
    std::array<char, 4096> buffer{};
    ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0) return errno == EAGAIN;
    return got > 0 && ::write(to, buffer.data(), static_cast<std::size_t>(got)) == got;
  }

  Fd near_;
  Fd ours_;
  Fd far_;
};

}  // namespace nightlatch::test
