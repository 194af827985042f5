#include "cli/person.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

#include "util/text.hpp"

namespace nightlatch::cli {

using rollout::Choice;

Person::Person(report::LiveView& view) : view_(view) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
    wake_ = Fd(ends[0]);
    wake_from_ = Fd(ends[1]);
  }
}

void Person::withdraw() {
  ssize_t written = ::write(wake_from_.get(), "x", 1);
  static_cast<void>(written);  // a write fails only where the pipe is full, and then `ask` wakes up anyway
}

std::optional<Choice> read_choice(std::string_view answer) {
  std::string word(trim(answer));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (word == "y" || word == "yes") return Choice::yes;
  if (word == "n" || word == "no") return Choice::no;
  if (word == "a" || word == "all") return Choice::all;
  return std::nullopt;
}

Choice Person::ask(const plan::NodePlan& node) {
  const std::string question = fmt::format("{}: change kube-apiserver now? [y]es / [n]o / [a]ll ", node.name);
  view_.open_question(question);
  while (true) {
    std::array<pollfd, 2> wait{{{STDIN_FILENO, POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
    if (::poll(wait.data(), wait.size(), -1) < 0 && errno == EINTR) continue;
    std::array<char, 256> line{};
    bool withdrawn = wait[1].revents != 0;
    ssize_t got = withdrawn ? 0 : ::read(STDIN_FILENO, line.data(), line.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      if (!withdrawn) view_.open_question("\n");
      view_.close_question();
      return Choice::no;
    }
    auto choice = read_choice(std::string_view(line.data(), static_cast<std::size_t>(got)));
    if (choice) {
      view_.close_question();
      return *choice;
    }
    view_.open_question(question);
  }
}

}  // namespace nightlatch::cli
