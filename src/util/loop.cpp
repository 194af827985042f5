#include "util/loop.hpp"

#include <map>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace nightlatch {
namespace asio = boost::asio;

struct Loop::Impl {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::signal_set signals{context};
  std::function<void(int)> on_signal;
  std::map<TimerId, asio::steady_timer> timers;
  TimerId next_timer = 1;

  void wait_for_signal() {
    signals.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      on_signal(signal);
      wait_for_signal();
    });
  }
};

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;

void Loop::post(Task task) {
  asio::post(impl_->context, std::move(task));
}

Loop::TimerId Loop::after(std::chrono::milliseconds delay, Task task) {
  TimerId id = impl_->next_timer++;
  auto [timer, inserted] = impl_->timers.try_emplace(id, impl_->context, delay);
  timer->second.async_wait([this, id, task = std::move(task)](const boost::system::error_code& error) {
    // A timer that is cancelled when its time has come already was queued without an error.
    if (error || impl_->timers.erase(id) == 0) return;
    task();
  });
  return id;
}

void Loop::cancel(TimerId id) {
  impl_->timers.erase(id);
}

void Loop::on_signals(std::initializer_list<int> signals, std::function<void(int)> handler) {
  impl_->on_signal = std::move(handler);
  for (int signal : signals) impl_->signals.add(signal);
  impl_->wait_for_signal();
}

void Loop::run() {
  impl_->context.run();
}

void Loop::stop() {
  impl_->context.stop();
}

}  // namespace nightlatch
