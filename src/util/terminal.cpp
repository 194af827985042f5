#include "util/terminal.hpp"

#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace nightlatch {

namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string_view value = environment(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string_view::npos || value.find("utf8") != std::string_view::npos;
  }
  return false;
}

std::string_view escape(Color color) {
  switch (color) {
    case Color::green:
      return "\033[32m";
    case Color::yellow:
      return "\033[33m";
    case Color::red:
      return "\033[31m";
    case Color::dim:
      return "\033[2m";
    case Color::bold:
      return "\033[1m";
    case Color::none:
      break;
  }
  return {};
}

}  // namespace

std::string Terminal::paint(Color wanted, std::string_view text) const {
  if (!color || wanted == Color::none) return std::string(text);
  return fmt::format("{}{}\033[0m", escape(wanted), text);
}

Terminal describe_terminal(int fd, ColorMode mode) {
  Terminal terminal;
  bool dumb = environment("TERM").empty() || environment("TERM") == "dumb";
  bool tty = ::isatty(fd) == 1;
  terminal.is_terminal = tty && !dumb;
  terminal.utf8 = locale_is_utf8() && !dumb;
  terminal.color = mode == ColorMode::always ||
                   (mode == ColorMode::automatic && terminal.is_terminal && environment("NO_COLOR").empty());
  winsize size{};
  if (tty && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) terminal.columns = size.ws_col;
  return terminal;
}

}  // namespace nightlatch
