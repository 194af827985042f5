#include "util/pool.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace nightlatch {

struct Pool::Impl {
  explicit Impl(std::size_t threads) : pool(threads) {}
  boost::asio::thread_pool pool;
};

Pool::Pool(std::size_t threads) : impl_(std::make_unique<Impl>(threads)) {}
Pool::~Pool() {
  impl_->pool.join();
}

void Pool::submit(std::function<void()> work) {
  boost::asio::post(impl_->pool, std::move(work));
}

}  // namespace nightlatch
