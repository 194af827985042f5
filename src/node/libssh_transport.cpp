#include <array>
#include <sys/socket.h>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <libssh/server.h>

#include "node/conversation.hpp"
#include "node/errors.hpp"
#include "node/libssh_session.hpp"
#include "node/libssh_tunnel.hpp"

namespace nightlatch::node {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto keepalive_every = 15s;
constexpr std::size_t most_output = std::size_t{32} << 20U;  // bytes: a hostile node must not fill the memory

// Passes whole lines to the caller as they arrive.
class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view)>& on_line) : on_line_(on_line) {}
  void add(std::string_view bytes) {
    if (!on_line_) return;
    rest_ += bytes;
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      on_line_(std::string_view(rest_).substr(0, end));
      rest_.erase(0, end + 1);
    }
  }

 private:
  const std::function<void(std::string_view)>& on_line_;
  std::string rest_;
};

class LibsshTransport final : public Transport {
 public:
  explicit LibsshTransport(Session session) : session_(std::move(session)) {}

  Result<Output> exec(const Command& command) override;
  Result<std::unique_ptr<Tunnel>> dial(const std::string& host, std::uint16_t port) override;
  std::string host_key() const override { return session_.host_key; }

 private:
  [[nodiscard]] bool connected() const { return ssh_is_connected(session_.get()) != 0; }
  [[nodiscard]] tl::unexpected<Error> cut() const;
  [[nodiscard]] Result<Channel> open_channel() const;
  [[nodiscard]] Status write(ssh_channel channel, std::string_view bytes) const;
  [[nodiscard]] Status write_input(ssh_channel channel, const std::string& input) const;
  [[nodiscard]] Status take_turn(ssh_channel channel, Conversation::Turn turn, const Command& command) const;
  [[nodiscard]] Result<Output> read_output(ssh_channel channel, const Command& command) const;
  [[nodiscard]] int exit_status(ssh_channel channel, Clock::time_point until) const;

  Session session_;
};

tl::unexpected<Error> LibsshTransport::cut() const {
  return fail(node_errors::session_cut,
              fmt::format("{}: the SSH connection broke: {}", session_.node, session_.last_error()));
}

// sshd counts a session until it has reaped the last command. With MaxSessions 1 it may therefore refuse the
// next command for a moment, so opening a channel is tried five times within 0.5 s.
Result<Channel> LibsshTransport::open_channel() const {
  for (int attempt = 0; attempt < 5; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(100ms);
    Channel channel(ssh_channel_new(session_.get()));
    if (channel && ssh_channel_open_session(channel.get()) == SSH_OK) return channel;
    if (!connected()) return cut();
  }
  return fail(node_errors::channel_refused,
              fmt::format("{}: the SSH server opened no channel for a command: {}", session_.node,
                          session_.last_error()));
}

Result<Output> LibsshTransport::exec(const Command& command) {
  NL_ASSIGN(Channel channel, open_channel());
  if (ssh_channel_request_exec(channel.get(), command.line.c_str()) != SSH_OK) {
    if (!connected()) return cut();
    return fail(node_errors::channel_refused, fmt::format("{}: the SSH server refused to run the command: {}",
                                                          session_.node, session_.last_error()));
  }
  if (!command.dialogue) NL_TRY(write_input(channel.get(), command.input));
  return read_output(channel.get(), command);
}

// A command that ends without reading what it is sent is no error here: its exit status is.
Status LibsshTransport::write(ssh_channel channel, std::string_view bytes) const {
  constexpr std::size_t chunk = 16384;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t size = std::min(chunk, bytes.size() - at);
    int sent = ssh_channel_write(channel, bytes.data() + at, static_cast<std::uint32_t>(size));
    if (sent <= 0) {
      if (!connected()) return cut();
      return {};
    }
    at += static_cast<std::size_t>(sent);
  }
  return {};
}

Status LibsshTransport::write_input(ssh_channel channel, const std::string& input) const {
  NL_TRY(write(channel, input));
  ssh_channel_send_eof(channel);
  return {};
}

Status LibsshTransport::take_turn(ssh_channel channel, Conversation::Turn turn,
                                  const Command& command) const {
  switch (turn) {
    case Conversation::Turn::listen:
      break;
    case Conversation::Turn::answer:
      NL_TRY(write(channel, command.dialogue->answer));
      return write(channel, "\n");
    case Conversation::Turn::input:
      return write_input(channel, command.input);
    case Conversation::Turn::hang_up:
      ssh_channel_send_eof(channel);
      break;
  }
  return {};
}

Result<Output> LibsshTransport::read_output(ssh_channel channel, const Command& command) const {
  Output output;
  Lines lines(command.on_line);
  std::optional<Conversation> conversation;
  if (command.dialogue) conversation.emplace(*command.dialogue);
  std::array<char, 16384> buffer{};
  auto until = Clock::now() + command.timeout;
  auto quiet_since = Clock::now();
  while (true) {
    int out = ssh_channel_read_timeout(channel, buffer.data(), buffer.size(), 0, 100);
    if (out > 0) {
      output.out.append(buffer.data(), static_cast<std::size_t>(out));
      lines.add({buffer.data(), static_cast<std::size_t>(out)});
    }
    int err = ssh_channel_read_nonblocking(channel, buffer.data(), buffer.size(), 1);
    if (err > 0) output.err.append(buffer.data(), static_cast<std::size_t>(err));
    if (out > 0 || err > 0) quiet_since = Clock::now();
    if (conversation) NL_TRY(take_turn(channel, conversation->next(output.out, output.err), command));
    if (!connected() || (out == SSH_ERROR && ssh_channel_is_closed(channel) == 0)) return cut();
    bool over = ssh_channel_is_eof(channel) != 0 || ssh_channel_is_closed(channel) != 0;
    if (out <= 0 && err <= 0 && over) break;
    if (Clock::now() >= until || output.out.size() + output.err.size() > most_output) {
      output.err += fmt::format("\nthe command did not end within {} s",
                                std::chrono::duration_cast<std::chrono::seconds>(command.timeout).count());
      return output;
    }
    if (Clock::now() - quiet_since >= keepalive_every) {
      ssh_send_keepalive(session_.get());
      quiet_since = Clock::now();
    }
  }
  output.status = exit_status(channel, until);
  return output;
}

// Waits for libssh's own time; -1: there is none (yet).
int status_so_far(ssh_channel channel) {
#if LIBSSH_VERSION_INT < SSH_VERSION_INT(0, 11, 0)
  return ssh_channel_get_exit_status(channel);
#else
  std::uint32_t code = 0;
  char* signal = nullptr;
  if (ssh_channel_get_exit_state(channel, &code, &signal, nullptr) != SSH_OK) return -1;
  bool killed = signal != nullptr;
  ssh_string_free_char(signal);
  return killed ? -1 : static_cast<int>(code);
#endif
}

// The exit status; -1 when the command was killed, because libssh then has none.
int LibsshTransport::exit_status(ssh_channel channel, Clock::time_point until) const {
  while (true) {
    int status = status_so_far(channel);
    if (status >= 0 || ssh_channel_is_closed(channel) != 0 || !connected() || Clock::now() >= until)
      return status;
  }
}

Result<std::unique_ptr<Tunnel>> LibsshTransport::dial(const std::string& host, std::uint16_t port) {
  Channel channel(ssh_channel_new(session_.get()));
  if (!channel || ssh_channel_open_forward(channel.get(), host.c_str(), port, "127.0.0.1", 0) != SSH_OK) {
    if (!connected()) return cut();
    std::string why = session_.last_error();
    bool forbidden = why.find("error (1)") != std::string::npos;  // RFC 4254: administratively prohibited
    return fail(
        forbidden ? node_errors::forwarding_forbidden : node_errors::forwarding_failed,
        fmt::format("{}: the node could not connect to {} port {}: {}", session_.node, host, port, why));
  }
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return fail(node_errors::forwarding_failed,
                fmt::format("{}: no local socket pair could be made", session_.node));
  }
  return std::make_unique<LibsshTunnel>(session_, std::move(channel), Fd(pair[0]), Fd(pair[1]));
}

}  // namespace

Result<std::unique_ptr<Transport>> connect(const Endpoint& endpoint) {
  NL_ASSIGN(Session session, open_session(endpoint));
  return std::make_unique<LibsshTransport>(std::move(session));
}

}  // namespace nightlatch::node
