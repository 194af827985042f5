#include "report/out.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

#include <fmt/format.h>

#include "report/command_table.hpp"
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
    }
  }
}

void Out::line(std::string_view text) {
  write(fmt::format("{}\n", text));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (const std::string& word : split(text, ' ')) {
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

void write_hanging(Out& out, std::string_view head, std::string_view text, Color head_color) {
  std::size_t width = out.columns() > head.size() + 20 ? out.columns() - head.size() : 20;
  std::string painted = out.paint(head_color, trim(head)) + std::string(head.substr(trim(head).size()));
  std::string before = painted;
  for (const std::string& line : wrap(text, width)) {
    out.line(before + line);
    before = std::string(head.size(), ' ');
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
  for (NextStep& step : steps) step.command = complete(step.command, out.shared_options());
  for (const NextStep& step : steps) widest = std::max(widest, step.command.size());
  std::string_view head = "next   ";
  for (const NextStep& step : steps) {
    bool fits = head.size() + widest + 3 + step.purpose.size() <= out.columns();
    if (step.purpose.empty()) {
      out.line(fmt::format("{}{}", head, step.command));
    } else if (fits) {
      out.line(fmt::format("{}{:<{}}   {}", head, step.command, widest, step.purpose));
    } else {
      out.line(fmt::format("{}{}", head, step.command));
      out.line(fmt::format("         {}", step.purpose));
    }
    head = "       ";
  }
}

}  // namespace nightlatch::report
