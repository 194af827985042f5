#include "cli/become_password.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "util/fd.hpp"

namespace nightlatch::cli {

namespace {

constexpr std::size_t longest_password = 1024;  // bytes; sudo takes no more (SUDO_CONV_REPL_MAX)
constexpr char interrupt_key = 3;               // Ctrl-C

// One line, without its end; a byte at a time, because what follows it is for somebody else. The error is an
// errno.
tl::expected<std::string, int> read_line(int fd) {
  std::string line;
  while (line.size() <= longest_password) {
    char c = 0;
    ssize_t got = ::read(fd, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected<int>(errno);
    if (got == 0 || c == '\n') break;
    line += c;
    if (c == interrupt_key) break;
  }
  return line;
}

std::string why(int error) {
  return std::generic_category().message(error);
}

// No echo, and Ctrl-C is a key that ends the line: a signal would leave the terminal without its echo.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd), is_silent_(::tcgetattr(fd, &before_) == 0) {
    if (!is_silent_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL | ISIG);
    silent.c_lflag |= ICANON;
    silent.c_cc[VEOL] = interrupt_key;
    is_silent_ = ::tcsetattr(fd, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (is_silent_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  [[nodiscard]] bool is_silent() const { return is_silent_; }

 private:
  int fd_;
  termios before_{};
  bool is_silent_;
};

void show_on(const Fd& terminal, std::string_view text) {
  static_cast<void>(!::write(terminal.get(), text.data(), text.size()));
}

Result<std::string> ask() {
  Fd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.valid())
    return fail(cli_errors::password_unreadable, "--ask-become-pass: there is no terminal to ask on");
  tl::expected<std::string, int> line;
  {
    SilentTerminal silent(terminal.get());
    if (!silent.is_silent())
      return fail(cli_errors::password_unreadable,
                  "--ask-become-pass: the terminal's echo cannot be switched off");
    show_on(terminal, "Password for sudo on the nodes: ");
    line = read_line(terminal.get());
    show_on(terminal, "\n");
  }
  if (!line)
    return fail(cli_errors::password_unreadable, fmt::format("--ask-become-pass: {}", why(line.error())));
  if (line->ends_with(interrupt_key)) {
    ::raise(SIGINT);
    line->clear();
  }
  return *std::move(line);
}

Result<std::string> read_from(const std::string& number) {
  int fd = -1;
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), fd);
  if (error != std::errc() || end != number.data() + number.size() || fd < 0) {
    return fail(cli_errors::bad_arguments,
                fmt::format("--become-pass-fd: \"{}\" is not the number of a descriptor", number));
  }
  auto line = read_line(fd);
  if (!line)
    return fail(cli_errors::password_unreadable,
                fmt::format("--become-pass-fd {}: {}", number, why(line.error())));
  if (fd > STDERR_FILENO) ::close(fd);  // the programs that this one starts must not find it
  return *std::move(line);
}

}  // namespace

Result<std::shared_ptr<node::BecomePassword>> read_become_password(const Options& options) {
  bool from_descriptor = !options.become_pass_fd.empty();
  if (!options.ask_become_pass && !from_descriptor) return nullptr;
  if (options.ask_become_pass && from_descriptor)
    return fail(cli_errors::bad_arguments, "--ask-become-pass and --become-pass-fd do not go together");
  NL_ASSIGN(std::string password, from_descriptor ? read_from(options.become_pass_fd) : ask());
  if (password.empty()) return fail(cli_errors::password_unreadable, "the password for sudo is empty");
  if (password.size() > longest_password)
    return fail(cli_errors::password_unreadable,
                fmt::format("the password for sudo is longer than {} bytes", longest_password));
  return std::make_shared<node::BecomePassword>(std::move(password));
}

}  // namespace nightlatch::cli
