#include "util/loop.hpp"

#include <list>
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
  std::list<asio::steady_timer> timers;

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

void Loop::after(std::chrono::milliseconds delay, Task task) {
  auto timer = impl_->timers.emplace(impl_->timers.end(), impl_->context, delay);
  timer->async_wait([this, timer, task = std::move(task)](const boost::system::error_code& error) {
    if (error) return;  // the loop is being destroyed
    impl_->timers.erase(timer);
    task();
  });
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
