#include "util/bounded_child.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "util/child.hpp"
#include "util/file.hpp"

namespace nightlatch {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds look = 20ms;  // between two looks whether it has ended
constexpr milliseconds grace = 2s;   // between TERM and KILL, and for the kernel after KILL
constexpr std::size_t at_once = 64U << 10U;

// The beginning and the end of what was said.
class Ends {
 public:
  void add(std::string_view bytes) {
    constexpr std::size_t most = BoundedChild::kept_at_each_end;
    std::size_t first = std::min(bytes.size(), most - std::min(most, head_.size()));
    head_ += bytes.substr(0, first);
    tail_ += bytes.substr(first);
    if (tail_.size() <= 2 * most) return;
    dropped_ += tail_.size() - 2 * most;
    tail_.erase(0, tail_.size() - 2 * most);
  }

  void hand_over(BoundedEnd& end) const {
    end.dropped = dropped_;
    end.output = dropped_ == 0 ? head_ + tail_ : head_ + "\n[…]\n" + tail_;
  }

 private:
  std::string head_;
  std::string tail_;
  std::uint64_t dropped_ = 0;
};

// Takes what is in the pipe now, at most some pieces of it, so that the clock is looked at between them.
void take(const Fd& pipe, Ends& said) {
  std::array<char, at_once> bytes{};
  for (int pieces = 0; pieces < 16; ++pieces) {
    ssize_t got = ::read(pipe.get(), bytes.data(), bytes.size());
    if (got <= 0) return;
    said.add({bytes.data(), static_cast<std::size_t>(got)});
  }
}

void wait_for_output(const Fd& pipe, bool& open) {
  pollfd one{.fd = open ? pipe.get() : -1, .events = POLLIN, .revents = 0};
  ::poll(&one, 1, static_cast<int>(look.count()));
  // Everybody has closed it, so that there is nothing more to read; the program may go on all the same.
  if ((one.revents & POLLHUP) != 0 && (one.revents & POLLIN) == 0) open = false;
}

// The fields of /proc/PID/stat that come after the name, which may hold anything.
struct Process {
  std::string name;
  char state = 'Z';
  pid_t group = 0;
};

std::optional<Process> process_of(const std::string& stat) {
  std::size_t open = stat.find('(');
  std::size_t close = stat.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  Process process{.name = stat.substr(open + 1, close - open - 1)};
  int parent = 0;
  int group = 0;
  if (std::sscanf(stat.c_str() + close + 1, " %c %d %d", &process.state, &parent, &group) != 3)
    return std::nullopt;
  process.group = group;
  return process;
}

// Those of the process group that still run, but for its leader.
std::vector<std::string> running_in(pid_t group) {
  std::vector<std::string> names;
  std::error_code none;
  constexpr std::size_t enough = 5;
  for (std::filesystem::directory_iterator entry("/proc", none), end; !none && entry != end;
       entry.increment(none)) {
    std::string pid = entry->path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos || pid == std::to_string(group)) continue;
    auto stat = read_file(entry->path() / "stat");
    std::optional<Process> one = stat ? process_of(*stat) : std::nullopt;
    if (!one || one->group != group || one->state == 'Z' || one->state == 'X') continue;
    if (names.size() < enough) names.push_back(fmt::format("{} (pid {})", one->name, pid));
  }
  return names;
}

struct Pipe {
  Fd read;
  Fd write;
};

std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

std::optional<Fd> input_file(const std::string& input) {
  Fd file = memory_file();
  for (std::size_t at = 0; at < input.size();) {
    ssize_t wrote = ::write(file.get(), input.data() + at, input.size() - at);
    if (wrote <= 0) return std::nullopt;
    at += static_cast<std::size_t>(wrote);
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

}  // namespace

std::string BoundedEnd::problem() const {
  if (error == ENOENT) return "there is no such program";
  if (error != 0) return fmt::format("it cannot be started: {}", std::strerror(error));
  if (timed_out) return "it did not end in time and was killed";
  if (WIFSIGNALED(status)) return fmt::format("it was ended by signal {}", WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) return fmt::format("it ended with exit code {}", WEXITSTATUS(status));
  return {};
}

void BoundedChild::kill_now() const {
  if (pid_t group = group_.load(); group > 0) ::kill(-group, SIGKILL);
}

BoundedEnd BoundedChild::run(const BoundedTask& task) {
  BoundedEnd end;
  const Clock::time_point began = Clock::now();
  auto pipe = make_pipe();
  auto input = input_file(task.input);
  if (!pipe || !input) return {.error = errno == 0 ? EIO : errno, .output = {}};
  Child child;
  end.error =
      child.start(task.words, {}, {.in = input->get(), .out = pipe->write.get(), .err = pipe->write.get()});
  if (end.error != 0) return end;
  group_ = child.pid();
  pipe->write = Fd();
  Ends said;
  bool open = true;
  auto passes = [&](Clock::time_point until) {
    while (!child.has_ended() && Clock::now() < until) {
      wait_for_output(pipe->read, open);
      take(pipe->read, said);
    }
    return child.has_ended();
  };
  if (!passes(began + task.limit)) {
    end.timed_out = true;
    child.signal(SIGTERM);
    passes(Clock::now() + grace);
  }
  if (child.has_ended() && !end.timed_out) end.left = running_in(child.pid());
  child.signal(SIGKILL);
  // The kernel may not let go of a process that waits for a disk; then nobody waits for it here.
  passes(Clock::now() + grace);
  group_ = 0;
  if (std::optional<int> status = child.ended()) {
    end.status = *status;
  } else {
    child.give_up();
  }
  take(pipe->read, said);
  said.hand_over(end);
  end.took = std::chrono::duration_cast<milliseconds>(Clock::now() - began);
  return end;
}

}  // namespace nightlatch
