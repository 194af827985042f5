#include "rollout/gates.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/self_review.hpp"

namespace nightlatch::rollout {

namespace {

using facts::Purpose;
using facts::Seen;

std::string_view how_asked(facts::Credentials credentials) {
  switch (credentials) {
    case facts::Credentials::none:
      return "without credentials";
    case facts::Credentials::login:
      return "with the token";
    case facts::Credentials::admin:
      break;
  }
  return "with credentials";
}

std::string describe(const Seen& seen) {
  std::string got =
      seen.status == 0 ? (seen.why.empty() ? "no answer" : seen.why) : fmt::format("{}", seen.status);
  if (seen.status != 0 && !seen.why.empty()) got += fmt::format(" ({})", seen.why);
  return fmt::format("{} {} {}: {}, wanted {} ({})", seen.question.method, seen.question.path,
                     how_asked(seen.question.credentials), got, fmt::join(seen.question.expected, " or "),
                     seen.asked_from);
}

bool expects(const Seen& seen, int status) {
  return std::find(seen.question.expected.begin(), seen.question.expected.end(), status) !=
         seen.question.expected.end();
}

// A 401 on a probe's path does not go away: authentication is the first filter of a request, and its
// configuration does not change while the process lives.
bool is_fatal(const Seen& seen) {
  return seen.question.purpose == Purpose::kubelet_probe && seen.status == 401 && !expects(seen, 401);
}

// The login of the kubeconfig is not taken: this says nothing about the health of the API server.
bool is_refused_login(const Seen& seen) {
  return seen.question.credentials == facts::Credentials::admin && seen.status == 401;
}

RoundResult result_of(const Seen& seen) {
  if (is_fatal(seen)) return RoundResult::unauthorized;
  if (seen.as_expected()) return RoundResult::pass;
  if (is_refused_login(seen)) return RoundResult::blind;
  bool leak = seen.question.purpose == Purpose::must_be_closed && seen.status != 0;
  return leak ? RoundResult::leak : RoundResult::wait;
}

// The higher, the more it counts in a round.
int weight(RoundResult result) {
  switch (result) {
    case RoundResult::pass:
      return 0;
    case RoundResult::blind:
      return 1;
    case RoundResult::leak:
      return 2;
    case RoundResult::wait:
      return 3;
    case RoundResult::unauthorized:
      return 4;
  }
  return 0;
}

}  // namespace

Round judge_round(std::span<const Seen> seen) {
  Round round;
  for (const Seen& one : seen) {
    RoundResult result = result_of(one);
    if (weight(result) > weight(round.result)) round = {result, describe(one)};
  }
  return round;
}

facts::Expectation ready_question() {
  return {"GET", "/readyz", facts::Credentials::admin, Purpose::ready, {200}};
}

LoadedConfig judge_loaded_config(std::string_view placed_sha256, const Seen& seen) {
  using enum LoadedConfig::Verdict;
  if (seen.status == 0) return {no_answer, describe(seen)};
  if (seen.loaded_config == fmt::format("sha256:{}", placed_sha256)) return {as_placed, seen.loaded_config};
  if (!seen.loaded_config.empty()) {
    return {other, fmt::format("the file placed is sha256:{:.12}, loaded is {:.19} ({})", placed_sha256,
                               seen.loaded_config, seen.asked_from)};
  }
  std::string reason = seen.status == 200 ? "/metrics does not hold the hash"
                                          : fmt::format("GET /metrics answered {}", seen.status);
  return {not_told,
          fmt::format("kube-apiserver does not report which configuration it has loaded: {}", reason)};
}

facts::Expectation login_question() {
  return {"POST", std::string(api::self_review_path), facts::Credentials::login, Purpose::identity, {201}};
}

Login judge_login(std::string_view before, const Seen& seen) {
  if (seen.identity.empty()) return {Login::Verdict::not_told, describe(seen)};
  if (seen.identity == before) return {Login::Verdict::same, std::string(before)};
  return {Login::Verdict::other, fmt::format("the token was {}, is {} now", before, seen.identity)};
}

EtcdSeen judge_etcd(const Seen& seen) {
  using enum EtcdSeen::Verdict;
  if (seen.status == 200) return {quorum, {}};
  if (seen.status == 0) return {no_answer, describe(seen)};
  bool failed = seen.status >= 500;  // with 401, 403 or 404, kube-apiserver did not ask etcd
  return {failed ? away : not_told, describe(seen)};
}

std::vector<facts::Expectation> as_it_was(std::span<const Seen> before) {
  std::vector<facts::Expectation> wanted;
  for (const Seen& seen : before) {
    if (seen.question.purpose != Purpose::kubelet_probe && seen.question.purpose != Purpose::ready) continue;
    facts::Expectation expectation = seen.question;
    expectation.expected = {200};
    if (seen.status == 0) expectation.expected.clear();  // no answer before, so none is demanded
    if (seen.status != 0 && seen.status != 200) expectation.expected.push_back(seen.status);
    wanted.push_back(std::move(expectation));
  }
  return wanted;
}

}  // namespace nightlatch::rollout
