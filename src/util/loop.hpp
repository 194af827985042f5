// One thread, one queue: the place where events meet. Boost.Asio stays inside loop.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>

namespace nightlatch {

class Loop {
 public:
  using Task = std::function<void()>;

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // From any thread: runs `task` on the loop's thread, in order of posting.
  void post(Task task);
  // On the loop's thread only.
  void after(std::chrono::milliseconds delay, Task task);
  void on_signals(std::initializer_list<int> signals, std::function<void(int)> handler);

  // Returns after stop().
  void run();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nightlatch
