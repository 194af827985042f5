// One protocol (A4): the node's script and the simulator's node, given the same requests, clocks, reboots and
// strangers, are in the same state after each.
#include <array>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "node/agent_bench.hpp"
#include "sim/random.hpp"
#include "sim/sim_node.hpp"

namespace nightlatch::sim {
namespace {

using namespace std::chrono_literals;
using node::Reply;
using node::Request;
using node::Step;
using node::Verb;
using node::test::Bench;

class Twins {
 public:
  Twins(const node::test::Shell& shell, std::uint64_t seed)
      : random_(seed), bench_(shell), sim_("cp1", node::test::before_bytes, behaviours_) {
    // No API server comes back here: what a guard says of it alone is agent_guard_test's business.
    sim_.slow_kubelet(std::chrono::hours(1000));
    sim_.reboot(0ms);
    bench_.uptime(0);
  }

  void take_a_step() {
    if (random_.chance(12)) return let_time_pass();
    if (random_.chance(4)) return reboot();
    if (random_.chance(4)) return let_a_stranger_edit();
    Request request = random_.chance(60) ? next_on_the_road() : any_request();
    said_ += fmt::format("\n{} {} epoch {} to {}", node::name(request.verb), request.run, request.epoch,
                         node::name(request.to));
    Reply real = bench_.call(request);
    Reply simulated = sim_.call(request);
    EXPECT_EQ(real.kind, simulated.kind)
        << said_ << "\nscript: " << real.why << "\nsimulator: " << simulated.why;
    compare(real, simulated);
  }

 private:
  [[nodiscard]] Request request(Verb verb) {
    Request request = bench_.request(verb);
    request.lease = 60s;
    request.ceiling = 200s;
    request.epoch = epoch_;
    return request;
  }

  Request next_on_the_road() {
    switch (sim_.state().step) {
      case Step::staged:
        return request(Verb::arm);
      case Step::armed:
        return request(Verb::swap);
      case Step::swapped:
        return mark(Step::restarted);
      case Step::restarted:
        return mark(Step::gated);
      case Step::gated:
        return mark(Step::soaked);
      case Step::soaked:
        return request(Verb::confirm);
      case Step::restoring:
        return request(Verb::settle);
      default:
        ++epoch_;
        return request(Verb::stage);
    }
  }

  Request mark(Step to) {
    Request result = request(Verb::mark);
    result.to = to;
    return result;
  }

  Request place() {
    Request result = request(Verb::place);
    result.config_path = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml";
    result.config = "a configuration\n";
    return result;
  }

  Request any_request() {
    constexpr std::array verbs{Verb::stage,   Verb::clean,   Verb::arm,    Verb::renew, Verb::swap,
                               Verb::confirm, Verb::restore, Verb::settle, Verb::renew, Verb::rehearse};
    Request result = request(
        verbs[static_cast<std::size_t>(random_.between(0, static_cast<std::int64_t>(verbs.size()) - 1))]);
    if (random_.chance(25)) result = mark(static_cast<Step>(random_.between(5, 7)));
    if (random_.chance(8)) result = place();
    if (random_.chance(15)) result.epoch = static_cast<std::uint64_t>(random_.between(1, 4));
    if (random_.chance(10)) result.run = "another";
    return result;
  }

  void let_time_pass() {
    Millis by = std::chrono::seconds(random_.between(5, 80));
    now_ += by;
    said_ += fmt::format("\n{} s pass", by / 1s);
    bench_.uptime(static_cast<int>((now_ - booted_) / 1s));
    sim_.advance(now_);
    (void)bench_.expire(node_run());
    compare(bench_.call(request(Verb::state)), sim_.call(request(Verb::state)));
  }

  void reboot() {
    said_ += "\na reboot";
    booted_ = now_;
    bench_.boot(fmt::format("boot-{}", ++boots_));
    bench_.uptime(0);
    sim_.reboot(0ms);
    sim_.advance(now_);
    if (node::test::fs::exists(bench_.unit())) bench_.run_guard_of(node_run(), "check");
    compare(bench_.call(request(Verb::state)), sim_.call(request(Verb::state)));
  }

  void let_a_stranger_edit() {
    said_ += "\na stranger edits";
    std::string bytes = random_.chance(50) ? "a stranger's\n" : node::test::before_bytes;
    node::test::write(bench_.manifest(), bytes);
    sim_.edit_by_stranger(bytes);
  }

  [[nodiscard]] std::string node_run() const { return sim_.state().run.empty() ? "none" : sim_.state().run; }

  void compare(const Reply& real, const Reply& simulated) {
    EXPECT_EQ(node::name(real.state.step), node::name(simulated.state.step)) << said_ << "\n" << real.why;
    EXPECT_EQ(real.state.run, simulated.state.run) << said_;
    EXPECT_EQ(real.state.note, simulated.state.note) << said_;
    EXPECT_EQ(real.state.manifest_sha256, simulated.state.manifest_sha256) << said_;
    if (!simulated.state.run.empty()) {
      EXPECT_EQ(real.state.epoch, simulated.state.epoch) << said_;
    }
    bool in_this_boot = real.state.deadline_in >= 0;
    if (in_this_boot) {
      EXPECT_EQ(real.state.deadline_in, simulated.state.deadline_in) << said_;
    }
  }

  Random random_;
  std::map<std::string, Behaviour> behaviours_;
  Bench bench_;
  SimNode sim_;
  std::string said_;
  Millis now_{0};
  Millis booted_{0};
  int boots_ = 1;
  std::uint64_t epoch_ = 0;
};

class Conformance : public ::testing::TestWithParam<node::test::Shell> {};

INSTANTIATE_TEST_SUITE_P(Shells, Conformance,
                         ::testing::ValuesIn(node::test::shells().begin(), node::test::shells().begin() + 2),
                         node::test::shell_name);

// NIGHTLATCH_CONFORMANCE_TRACES: how many.
TEST_P(Conformance, ScriptAndSimulatorAgreeAfterEveryRequest) {
  const char* told = std::getenv("NIGHTLATCH_CONFORMANCE_TRACES");
  std::uint64_t traces = told == nullptr ? 12 : std::strtoull(told, nullptr, 10);
  for (std::uint64_t seed = 1; seed <= traces; ++seed) {
    Twins twins(GetParam(), seed);
    for (int step = 0; step < 16; ++step) {
      twins.take_a_step();
      ASSERT_FALSE(HasFailure()) << "trace " << seed;
    }
  }
}

}  // namespace
}  // namespace nightlatch::sim
