// A program of somebody else's that is given a text and a time limit, and of which nothing is left
// afterwards: not its processes, and of what it says no more than a few KiB.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace nightlatch {

struct BoundedTask {
  std::vector<std::string> words;  // the program and its arguments; no shell
  std::string input;               // on its stdin
  std::chrono::milliseconds limit{0};
};

struct BoundedEnd {
  int error = 0;           // an errno: it could not be started; ENOENT: there is no such program in PATH
  int status = 0;          // its wait status, where it came to an end of its own
  bool timed_out = false;  // it was ended at the limit
  std::chrono::milliseconds took{0};
  std::string output;               // of stdout and stderr together: the beginning and the end
  std::uint64_t dropped = 0;        // bytes between the two
  std::vector<std::string> left{};  // "sleep (pid 4711)": what it left running in its process group, killed

  // What went wrong, for a person: "it ended with exit code 3"; empty: nothing.
  [[nodiscard]] std::string problem() const;
};

class BoundedChild {
 public:
  // How much of the output is kept: this much of its beginning, and twice as much of its end.
  static constexpr std::size_t kept_at_each_end = 1024;

  // Blocks until the program has ended, at most a few seconds longer than its limit. At the limit its process
  // group gets TERM, and 2 s later KILL. What is left of the group when it ends is killed. A process that has
  // left the group (setsid) is not waited for, whatever it holds open. It reads `input` from a file, so it
  // need not read it, and its output is read all the time, so it is never held up by it.
  [[nodiscard]] BoundedEnd run(const BoundedTask& task);

  // From another thread: kills the process group that runs now, if any.
  void kill_now() const;

 private:
  std::atomic<pid_t> group_{0};
};

}  // namespace nightlatch
