#include "rollout/driver.hpp"

#include <csignal>
#include <memory>
#include <utility>

#include "util/clock.hpp"
#include "util/loop.hpp"
#include "util/pool.hpp"

namespace nightlatch::rollout {

namespace {

using namespace std::chrono_literals;

class Driver {
 public:
  Driver(Run& run, const plan::Plan& plan, Journal& journal, const Hands& hands)
      : run_(run), plan_(plan), journal_(journal), hands_(hands) {
    for (std::size_t i = 0; i < hands.nodes.size(); ++i) workers_.push_back(std::make_unique<Worker>());
  }

  RunResult drive() {
    loop_.on_signals({SIGINT, SIGTERM, SIGHUP}, [this](int) { interrupt(); });
    tick();
    if (hands_.keep_lock) loop_.after(hands_.keep_lock_every, [this] { keep_lock(); });
    deliver(Started{});
    loop_.run();
    return run_.result();
  }

 private:
  void tick() {
    hands_.on_tick();
    loop_.after(250ms, [this] { tick(); });
  }

  void keep_lock() {
    lock_.submit([this] {
      std::optional<std::string> lost = hands_.keep_lock();
      loop_.post([this, lost = std::move(lost)] {
        if (lost) return deliver(LockLost{*lost});
        loop_.after(hands_.keep_lock_every, [this] { keep_lock(); });
      });
    });
  }

  void interrupt() {
    if (std::exchange(interrupted_, true)) hands_.leave_at_once();
    hands_.withdraw_question();
    deliver(Interrupted{});
  }

  template <class What>
  void deliver(What what) {
    for (Command& command : run_.on(Event{monotonic_clock(), std::move(what)})) carry_out(command);
  }

  void carry_out(Command& command) {
    if (auto* append = std::get_if<Append>(&command)) return write(append->record);
    if (auto* call = std::get_if<CallNode>(&command)) return call_node(std::move(*call));
    if (auto* ask = std::get_if<AskGates>(&command)) return ask_gates(std::move(*ask));
    if (auto* ask = std::get_if<AskBalancer>(&command)) return ask_balancer(std::move(*ask));
    if (auto* config = std::get_if<PersistConfig>(&command)) return persist(std::move(*config));
    if (auto* ask = std::get_if<AskCluster>(&command)) return ask_cluster(ask->id);
    if (auto* timer = std::get_if<SetTimer>(&command)) {
      loop_.after(timer->delay, [this, id = timer->id] { deliver(TimerFired{id}); });
      return;
    }
    if (auto* person = std::get_if<AskPerson>(&command)) return ask_person(person->node);
    if (std::holds_alternative<Finish>(command)) loop_.stop();
  }

  void write(Record record) {
    if (Status written = journal_.append(record, wall_clock()); !written) {
      loop_.post([this, why = written.error().message] { deliver(RecordFailed{why}); });
      return;
    }
    hands_.on_record(record);
    loop_.post([this, seq = record.seq] { deliver(Recorded{seq}); });
  }

  void call_node(CallNode call) {
    workers_[call.node]->submit([this, call = std::move(call)] {
      node::Reply reply = hands_.nodes[call.node].port->call(call.request);
      loop_.post([this, id = call.id, reply = std::move(reply)] { deliver(NodeReplied{id, reply}); });
    });
  }

  void ask_gates(AskGates ask) {
    workers_[ask.node]->submit([this, ask = std::move(ask)] {
      std::vector<facts::Seen> seen = hands_.nodes[ask.node].ask(ask.questions);
      loop_.post([this, id = ask.id, seen = std::move(seen)] { deliver(GatesSeen{id, seen}); });
    });
  }

  void ask_balancer(AskBalancer ask) {
    balancer_.submit([this, ask = std::move(ask)] {
      facts::Seen seen = hands_.balancer(ask.question);
      loop_.post([this, id = ask.id, seen = std::move(seen)] { deliver(BalancerSeen{id, seen}); });
    });
  }

  void persist(PersistConfig config) {
    api_.submit([this, config = std::move(config)] {
      facts::ObjectWritten written = hands_.persist(config.change);
      ObjectPersisted persisted{.id = config.id, .result = written.result, .why = std::move(written.why)};
      loop_.post([this, persisted = std::move(persisted)] { deliver(persisted); });
    });
  }

  void ask_cluster(Id id) {
    cluster_.submit([this, id] {
      facts::ClusterSight sight = hands_.cluster();
      loop_.post([this, id, sight = std::move(sight)] { deliver(ClusterSeen{id, sight}); });
    });
  }

  void ask_person(std::size_t node) {
    person_.submit([this, node] {
      Choice choice = hands_.person(plan_.nodes[node]);
      loop_.post([this, choice] { deliver(Chosen{choice}); });
    });
  }

  Run& run_;
  const plan::Plan& plan_;
  Journal& journal_;
  const Hands& hands_;
  bool interrupted_ = false;
  Loop loop_;
  std::vector<std::unique_ptr<Worker>> workers_;  // after loop_: they end first
  Worker lock_;
  Worker balancer_;
  Worker api_;
  Worker cluster_;
  Worker person_;
};

}  // namespace

RunResult drive(Run& run, const plan::Plan& plan, Journal& journal, const Hands& hands) {
  return Driver(run, plan, journal, hands).drive();
}

}  // namespace nightlatch::rollout
