#include "rollout/driver.hpp"

#include <csignal>
#include <map>
#include <memory>
#include <utility>

#include "util/clock.hpp"
#include "util/loop.hpp"
#include "util/overloaded.hpp"
#include "util/pool.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

class Driver {
 public:
  Driver(Run& run, Journal& journal, Ports& ports) : run_(run), journal_(journal), ports_(ports) {}

  RunResult drive() {
    loop_.on_signals({SIGINT, SIGTERM, SIGHUP}, [this](int) { interrupt(); });
    tick();
    loop_.after(ports_.keep_lock_every(), [this] { keep_lock(); });
    deliver(Started{});
    loop_.run();
    return run_.result();
  }

 private:
  void tick() {
    ports_.on_tick();
    loop_.after(250ms, [this] { tick(); });
  }

  void keep_lock() {
    lock_.submit([this] {
      std::optional<std::string> lost = ports_.keep_lock();
      loop_.post([this, lost = std::move(lost)] {
        if (lost) return deliver(LockLost{*lost});
        loop_.after(ports_.keep_lock_every(), [this] { keep_lock(); });
      });
    });
  }

  void interrupt() {
    if (std::exchange(interrupted_, true)) ports_.leave_at_once();
    ports_.withdraw_question();
    deliver(Interrupted{});
  }

  template <class What>
  void deliver(What what) {
    for (Command& command : run_.on(Event{monotonic_clock(), std::move(what)})) carry_out(std::move(command));
  }

  void carry_out(Command command) {
    std::visit(
        overloaded{[&](Append& append) { write(std::move(append.record)); },
                   [&](Ask& ask) { put(ask.id, std::move(ask.question)); }, [&](Finish&) { loop_.stop(); }},
        command);
  }

  void write(Record record) {
    if (Status written = journal_.append(record, wall_clock()); !written) {
      loop_.post([this, why = written.error().message] { deliver(RecordFailed{why}); });
      return;
    }
    ports_.on_record(record);
    loop_.post([this, seq = record.seq] { deliver(Recorded{seq}); });
  }

  // A kind of question without a worker here or without an answer in Ports does not compile.
  void put(Id id, Question question) {
    std::visit(
        overloaded{[&](CallNode& asked) { put_on(worker_of(asked.node), id, std::move(asked)); },
                   [&](AskApiServer& asked) { put_on(worker_of(asked.node), id, std::move(asked)); },
                   [&](AskBalancer& asked) { put_on(balancer_, id, std::move(asked)); },
                   [&](LookAtCluster& asked) { put_on(cluster_, id, std::move(asked)); },
                   [&](PutObject& asked) { put_on(objects_, id, std::move(asked)); },
                   [&](AskOperator& asked) { put_on(operator_, id, std::move(asked)); },
                   [&](AskToBegin& asked) { put_on(operator_, id, std::move(asked)); },
                   [&](CallHook& asked) { put_on(hooks_, id, std::move(asked)); },
                   [&](HearClient& asked) {
                     loop_.post([this, id, sight = ports_.answer(asked)] { deliver(Answered{id, sight}); });
                   },
                   [&](Pause& asked) {
                     loop_.after(asked.delay, [this, id] { deliver(Answered{id, PauseEnded{}}); });
                   }},
        question);
  }

  template <class Asked>
  void put_on(Worker& worker, Id id, Asked question) {
    worker.submit([this, id, question = std::move(question)] {
      typename Asked::Answer answer = ports_.answer(question);
      loop_.post([this, id, answer = std::move(answer)] { deliver(Answered{id, answer}); });
    });
  }

  Worker& worker_of(const std::string& node) {
    std::unique_ptr<Worker>& worker = nodes_[node];
    if (!worker) worker = std::make_unique<Worker>();
    return *worker;
  }

  Run& run_;
  Journal& journal_;
  Ports& ports_;
  bool interrupted_ = false;
  Loop loop_;
  std::map<std::string, std::unique_ptr<Worker>> nodes_;  // after loop_: workers end first
  Worker lock_;
  Worker balancer_;
  Worker objects_;
  Worker cluster_;
  Worker operator_;
  Worker hooks_;
};

}  // namespace

RunResult drive(Run& run, Journal& journal, Ports& ports) {
  return Driver(run, journal, ports).drive();
}

}  // namespace nightlatch::rollout
