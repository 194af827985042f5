// What the simulated world answers to each kind of question, how long that takes, and what the network does
// to it.
#include <algorithm>

#include "sim/world.hpp"
#include "util/hash.hpp"

namespace nightlatch::sim {

namespace {

using namespace std::chrono_literals;

constexpr Millis lost_after = 15s;  // the transport gives up on a request

bool is_rarely_spoken_to(node::Step step) {
  return step == node::Step::cleaned || step == node::Step::restored || step == node::Step::foreign;
}

// Authentication answers before anything else does.
void refuse_login(facts::Seen& seen) {
  seen.status = 401;
  seen.rejected.reset();
  seen.loaded_config.clear();
}

// Gates ask without credentials as well; the looks at other nodes and at counters do not.
bool asks_gates(const rollout::AskApiServer& asked) {
  return std::any_of(asked.questions.begin(), asked.questions.end(),
                     [](const auto& one) { return one.credentials == facts::Credentials::none; });
}

}  // namespace

void World::answer(Desk& desk, rollout::Id id, Millis delay, std::function<rollout::Answer()> with) {
  at(now_ + delay, [this, &desk, id, with = std::move(with)] {
    if (life_ == desk.life) deliver(desk, rollout::Event{now_, rollout::Answered{id, with()}});
  });
}

bool World::happens_to_message(Fault fault, int percent, const SimNode& node) {
  bool here = lossy_ && random_.chance(is_rarely_spoken_to(node.state().step) ? 8 * percent : percent);
  if (here) struck(fault, node);
  return here;
}

// The network: a request may be lost, its reply may be lost, come twice or when nobody waits for it any more,
// and a copy of the request may arrive long after.
void World::ask(Desk& desk, rollout::Id id, const rollout::CallNode& question) {
  SimNode& node = node_named(question.node);
  desk.at_hand = &node;
  auto reply_with = [this, &desk, id](Millis when, node::Reply reply) {
    answer(desk, id, when - now_, [reply = std::move(reply)] { return reply; });
  };
  Millis arrives = now_ + Millis(random_.between(1, 80));
  bool polls = question.request.verb == node::Verb::await;
  if (polls) arrives += 1s;
  bool request_lost = happens_to_message(Fault::request_lost, 3, node);
  if (request_lost || link_is_cut(node)) return reply_with(now_ + lost_after, node::Reply{});
  bool reply_lost = happens_to_message(Fault::reply_lost, 2, node);
  bool reply_late = !reply_lost && happens_to_message(Fault::reply_late, 2, node);
  Millis once_more(-1);
  if (happens_to_message(Fault::reply_doubled, 2, node))
    once_more = Millis(random_.between(1, random_.chance(50) ? 200 : 60'000));
  Millis late = reply_late ? Millis(random_.between(1, 120'000)) : Millis(-1);
  at(arrives, [this, &node, request = question.request, reply_with, reply_lost, late, once_more, arrives] {
    bool cut_on_the_way = link_is_cut(node);
    node::Reply reply = node.call(request);
    bool given_up = reply_lost || cut_on_the_way || late >= 0ms;
    Millis there = given_up ? arrives + lost_after : arrives + Millis(20);
    reply_with(there, given_up ? node::Reply{} : reply);
    if (late >= 0ms) reply_with(there + late, reply);
    if (once_more >= 0ms && !given_up) reply_with(there + once_more, reply);
  });
  if (happens_to_message(Fault::request_late, 5, node)) {
    at(arrives + Millis(random_.between(100, 200'000)),
       [&node, request = question.request] { (void)node.call(request); });
  }
}

void World::ask(Desk& desk, rollout::Id id, const rollout::AskApiServer& question) {
  answer(desk, id, Millis(random_.between(1, 60)), [this, question] {
    SimNode& node = node_named(question.node);
    if (asks_gates(question)) ready_when_asked_[node.name()] = node.ready_at();
    rollout::ApiServerAnswers answers;
    for (const facts::Expectation& one : question.questions) {
      answers.seen.push_back(node.answer(one));
      facts::Seen& seen = answers.seen.back();
      bool is_admin = one.credentials == facts::Credentials::admin;
      if (is_admin && seen.status != 0 && login_is_over()) refuse_login(seen);
      if (link_is_cut(node)) seen.status = 0;
    }
    return answers;
  });
}

void World::ask(Desk& desk, rollout::Id id, const rollout::AskBalancer& question) {
  answer(desk, id, Millis(random_.between(1, 60)), [this, question] {
    rollout::BalancerAnswer through{balancer_.connect(question.question)};
    if (through.seen.status != 0 && login_is_over()) refuse_login(through.seen);
    return through;
  });
}

void World::ask(Desk& desk, rollout::Id id, const rollout::LookAtCluster&) {
  answer(desk, id, Millis(random_.between(1, 60)), [this, &desk] { return sight(desk); });
}

// A request or its answer may be lost; what was written stays written, whoever asked for it still lives or
// not.
void World::ask(Desk& desk, rollout::Id id, const rollout::PutObject& question) {
  using rollout::WriteResult;
  bool request_lost = lossy_ && random_.chance(3);
  bool answer_lost = lossy_ && random_.chance(3);
  at(now_ + Millis(random_.between(1, 200)), [=, this, &desk] {
    bool arrives = !request_lost && !balancer_.silent();
    bool allowed = arrives && !login_is_over();
    if (allowed) put(question);
    if (life_ != desk.life) return;
    bool there = sha256_hex(objects_[question.change.object]) == question.change.sha256_after;
    rollout::ObjectWritten written{WriteResult::lost, "no answer"};
    if (arrives && !answer_lost)
      written = {there ? WriteResult::written : WriteResult::refused, "somebody changed it"};
    deliver(desk, rollout::Event{now_, rollout::Answered{id, written}});
  });
}

void World::ask(Desk& desk, rollout::Id id, const rollout::Pause& question) {
  answer(desk, id, question.delay, [] { return rollout::PauseEnded{}; });
}

void World::ask(Desk& desk, rollout::Id id, const rollout::AskOperator& question) {
  const SimNode& node = node_named(question.node);
  std::size_t number = static_cast<std::size_t>(
      std::find_if(nodes_.begin(), nodes_.end(), [&](const auto& one) { return one.get() == &node; }) -
      nodes_.begin());
  bool declined = is_planned(Fault::declines, number);
  if (declined) struck(Fault::declines, node);
  answer(desk, id, Millis(random_.between(500, 90'000)),
         [declined] { return declined ? rollout::Choice::no : rollout::Choice::yes; });
}

// A client that asks four times a second, and always gets an answer: what it sees decides nothing.
void World::ask(Desk& desk, rollout::Id id, const rollout::HearClient&) {
  answer(desk, id, Millis(0), [this, &desk] {
    facts::ClientSight sight{.from_ms = desk.heard_at.count(), .until_ms = now_.count()};
    sight.requests = static_cast<std::uint64_t>((now_ - desk.heard_at) / 250ms);
    desk.heard_at = now_;
    return sight;
  });
}

}  // namespace nightlatch::sim
