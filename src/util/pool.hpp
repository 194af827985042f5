// Threads for calls that block (libssh, libcurl). Boost.Asio stays inside pool.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace nightlatch {

class Pool {
 public:
  explicit Pool(std::size_t threads);
  // Waits until all submitted work is done.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Runs `work` on one of the threads. May be called by any thread; `work` must not throw.
  void submit(std::function<void()> work);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A pool of one: work submitted for one session runs in order and never at the same time.
class Worker : public Pool {
 public:
  Worker() : Pool(1) {}
};

// Calls f(item) for every item, at most 64 at once, and returns the results in the order of the items.
template <class Item, class F>
auto parallel_map(const std::vector<Item>& items, F f) {
  using Out = decltype(f(items.front()));
  std::vector<std::unique_ptr<Out>> slots(items.size());
  {
    Pool pool(std::min<std::size_t>(std::max<std::size_t>(items.size(), 1), 64));
    for (std::size_t i = 0; i < items.size(); ++i) {
      pool.submit([&, i] { slots[i] = std::make_unique<Out>(f(items[i])); });
    }
  }
  std::vector<Out> results;
  results.reserve(items.size());
  for (auto& slot : slots) results.push_back(std::move(*slot));
  return results;
}

}  // namespace nightlatch
