#include "operate/run_client.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "util/clock.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

using namespace std::chrono_literals;

constexpr auto period = 250ms;
constexpr std::size_t most_outages = 16;  // that are told apart between two looks

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(wall_clock().time_since_epoch()).count();
}

// Cheap, and answered to whoever is known: kube-apiserver reads nothing from etcd for it.
facts::Expectation clients_question() {
  return {"GET", "/version", facts::Credentials::admin, facts::Purpose::ready, {200}};
}

class AskingClient final : public RunClient {
 public:
  explicit AskingClient(std::shared_ptr<cluster::ApiServer> endpoint)
      : endpoint_(std::move(endpoint)), heard_ms_(now_ms()), thread_([this] { ask(); }) {}
  ~AskingClient() override {
    {
      std::lock_guard lock(mutex_);
      ends_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  AskingClient(const AskingClient&) = delete;
  AskingClient& operator=(const AskingClient&) = delete;

  facts::ClientSight hear() override {
    std::lock_guard lock(mutex_);
    std::int64_t now = now_ms();
    if (outage_) {
      outage_->ended_ms = now;
      list(*outage_);
    }
    std::uint64_t good = sight_.requests - sight_.failed;
    if (good > 0) sight_.usual_ms = took_ms_ / static_cast<std::int64_t>(good);
    sight_.from_ms = std::exchange(heard_ms_, now);
    sight_.until_ms = now;
    took_ms_ = 0;
    return std::exchange(sight_, {});
  }

 private:
  void ask() {
    std::unique_lock lock(mutex_);
    while (!ends_) {
      auto next = std::chrono::steady_clock::now() + period;
      lock.unlock();
      std::int64_t sent = now_ms();
      facts::Seen seen = endpoint_->ask(clients_question());
      lock.lock();
      note(seen, sent);
      wake_.wait_until(lock, next, [this] { return ends_; });
    }
  }

  void note(const facts::Seen& seen, std::int64_t sent) {
    ++sight_.requests;
    if (seen.status == 200) {
      std::int64_t took = seen.took.count();
      took_ms_ += took;
      sight_.slowest_ms = std::max(sight_.slowest_ms, took);
      if (outage_) {
        outage_->ended_ms = now_ms();
        list(*std::exchange(outage_, std::nullopt));
      }
      return;
    }
    ++sight_.failed;
    if (!outage_) {
      std::string status = seen.status == 0 ? "no answer" : fmt::format("answered with {}", seen.status);
      outage_ = facts::Outage{sent, sent, 0, seen.why.empty() ? status : std::string(trim(seen.why))};
    }
    ++outage_->requests;
  }

  void list(const facts::Outage& outage) {
    if (sight_.outages.size() < most_outages) {
      sight_.outages.push_back(outage);
    } else {
      ++sight_.more_outages;
    }
  }

  std::shared_ptr<cluster::ApiServer> endpoint_;  // of the thread
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ends_ = false;
  facts::ClientSight sight_;
  std::int64_t heard_ms_;
  std::int64_t took_ms_ = 0;             // of the good answers, together
  std::optional<facts::Outage> outage_;  // that goes on
  std::thread thread_;                   // last: it uses all of the above
};

}  // namespace

std::unique_ptr<RunClient> ask_all_the_time(std::shared_ptr<cluster::ApiServer> endpoint) {
  return std::make_unique<AskingClient>(std::move(endpoint));
}

}  // namespace nightlatch::operate
