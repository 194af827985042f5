#include "report/out.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <unistd.h>

#include <fmt/format.h>

#include "report/command_table.hpp"
#include "report/flow.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

void Out::write(std::string_view text) {
  if (text_ != nullptr) {
    *text_ += text;
    return;
  }
  while (!text.empty() && !muted_) {
    ssize_t written = ::write(fd_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      muted_ = true;
      if (errno != EPIPE) failure_ = errno;
    }
  }
}

namespace {

// The length of a colour of Terminal::paint at the beginning of the text; 0: there is none.
std::size_t color_length(std::string_view text) {
  constexpr std::array<std::string_view, 6> colors{"\033[32m", "\033[33m", "\033[31m",
                                                   "\033[2m",  "\033[1m",  "\033[0m"};
  for (std::string_view color : colors) {
    if (text.starts_with(color)) return color.size();
  }
  return 0;
}

// The text with its own colours, tabs and ends of lines; everything else that a terminal would obey is shown.
std::string obeyed_by_nobody(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    std::size_t kept = color_length(text);
    if (kept == 0 && text.front() == '\n') kept = 1;
    if (kept == 0) {
      std::size_t end = std::min(text.find_first_of("\033\n", 1), text.size());
      shown += visible(text.substr(0, end), Charset::utf8, Tabs::kept);
      text.remove_prefix(end);
      continue;
    }
    shown += text.substr(0, kept);
    text.remove_prefix(kept);
  }
  return shown;
}

}  // namespace

void Out::line(std::string_view text) {
  write(obeyed_by_nobody(text) + "\n");
}

void Out::say(std::string_view text) {
  line(visible(text, charset_of(terminal_), Tabs::kept));
}

void Out::write_foreign(std::string_view bytes) {
  if (!terminal_.is_terminal) return write(bytes);
  while (!bytes.empty()) {
    std::size_t end = bytes.find('\n');
    say(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
}

namespace {

// The row of the command that these words call: "plan show" is another one than "plan". Null: it is none of
// ours.
const CommandRow* command_of(const std::vector<std::string>& words) {
  if (words.size() < 2 || words[0] != "nightlatch") return nullptr;
  auto named = [](const std::string& name) {
    auto row = std::find_if(command_table.begin(), command_table.end(),
                            [&](const CommandRow& one) { return one.name == name; });
    return row == command_table.end() ? nullptr : &*row;
  };
  const CommandRow* longer = words.size() > 2 ? named(words[1] + " " + words[2]) : nullptr;
  return longer != nullptr ? longer : named(words[1]);
}

}  // namespace

std::string complete(const std::string& command, const std::string& shared_options) {
  const CommandRow* row = command_of(split(command, ' '));
  return row != nullptr && row->about == About::cluster ? command + shared_options : command;
}

void write_next(Out& out, const std::vector<NextStep>& commands) {
  std::vector<NextStep> steps = commands;
  std::size_t widest = 0;
  for (NextStep& step : steps) {
    step.command = visible(complete(step.command, out.shared_options()), charset_of(out.terminal()));
    step.purpose = visible(step.purpose, charset_of(out.terminal()));
    widest = std::max(widest, columns_of(step.command));
  }
  std::string_view head = "next   ";
  for (const NextStep& step : steps) {
    bool fits = head.size() + widest + 3 + columns_of(step.purpose) <= out.columns();
    if (step.purpose.empty()) {
      out.line(fmt::format("{}{}", head, step.command));
    } else if (step.command.empty()) {
      for (const Flow& line : Flow(step.purpose, out.terminal()).wrapped(out.columns() - head.size())) {
        out.line(fmt::format("{}{}", head, line.painted(out.terminal())));
        head = "       ";
      }
    } else if (fits) {
      std::string pad(widest - columns_of(step.command), ' ');
      out.line(fmt::format("{}{}{}   {}", head, step.command, pad, step.purpose));
    } else {
      out.line(fmt::format("{}{}", head, step.command));
      out.line(fmt::format("         {}", step.purpose));
    }
    head = "       ";
  }
}

}  // namespace nightlatch::report
