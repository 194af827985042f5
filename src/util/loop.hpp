// An event loop: one queue of tasks, timers and signals, run by one thread. Boost.Asio stays inside loop.cpp.
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

  // Runs `task` on the loop's thread, in the order of posting. May be called by any thread.
  void post(Task task);
  // The next two may be called on the loop's thread only.
  void after(std::chrono::milliseconds delay, Task task);
  void on_signals(std::initializer_list<int> signals, std::function<void(int)> handler);

  // Runs tasks on the calling thread until stop().
  void run();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nightlatch
