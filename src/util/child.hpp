// A process that this one starts, and that never outlives the object.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "util/fd.hpp"
#include "util/result.hpp"

namespace nightlatch {

// own: its children are killed with it, and an interruption at the terminal is for this process alone.
// shared: that of this process, so that it may ask a person at the terminal; an interruption there ends both.
enum class ProcessGroup { own, shared };

// What the child reads and writes; -1: stdin is /dev/null, stdout and stderr are this process's own.
struct ChildStreams {
  int in = -1;
  int out = -1;
  int err = -1;
  ProcessGroup group = ProcessGroup::own;
};

class Child {
 public:
  Child() = default;
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // 0, or an errno; ENOENT: there is no such program in PATH. `environment` empty: this process's own.
  [[nodiscard]] int start(std::vector<std::string> words, std::vector<std::string> environment,
                          const ChildStreams& streams);
  // The wait status once it has ended; what it left running is killed then.
  [[nodiscard]] std::optional<int> ended();
  // The same, waiting at most `limit`.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds limit);

  // Whether it has ended; unlike ended(), it leaves its pid and its process group as they are.
  [[nodiscard]] bool has_ended() const;
  // To the whole of its process group, where that is its own.
  void signal(int number) const;
  // -1: it does not run, or its end was taken.
  [[nodiscard]] pid_t pid() const { return pid_; }
  // Nobody waits for it any more.
  void give_up() { pid_ = -1; }

 private:
  pid_t pid_ = -1;
  ProcessGroup group_ = ProcessGroup::own;
};

// A file without a name, in memory: what a child may write without end, and nobody must read meanwhile.
[[nodiscard]] Fd memory_file();
// One that holds these bytes. Error: no_room.
[[nodiscard]] Result<Fd> memory_file_with(std::string_view bytes);
// Where this process and its children can open it.
[[nodiscard]] std::string path_of(const Fd& file);
// The last bytes of such a file, at most `most`; empty: none.
[[nodiscard]] std::string end_of_file(const Fd& file, std::size_t most);
// The last line in it that is not empty; of a long one its end.
[[nodiscard]] std::string last_line(const Fd& file);

}  // namespace nightlatch
