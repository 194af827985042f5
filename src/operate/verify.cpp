#include "operate/verify.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "cluster/askers.hpp"
#include "operate/header.hpp"
#include "plan/detection.hpp"
#include "plan/own_address.hpp"
#include "util/hash.hpp"
#include "util/pool.hpp"
#include "verify/errors.hpp"
#include "verify/matrix.hpp"
#include "verify/questions.hpp"

namespace nightlatch::operate {

namespace {

using access::Exposure;
using access::ExposureState;

constexpr const char* balancer = "load balancer";

// The exposure that the playbook leads to; nullopt: there is no playbook, or it does not change manifests.
Result<std::optional<Exposure>> wanted_exposure(const VerifyInput& input) {
  if (!input.playbook) return std::optional<Exposure>{};
  const spec::Playbook& playbook = *input.playbook;
  std::vector<std::string> extra;
  for (const spec::ExtraPath& path : playbook.paths) extra.push_back(path.path);
  NL_ASSIGN(std::vector<std::string> paths, access::combine(playbook.profiles, extra));
  const auto& profiles = playbook.profiles;
  auto has = [&](const char* name) {
    return std::find(profiles.begin(), profiles.end(), name) != profiles.end();
  };
  if (has("rbac-only")) return std::optional<Exposure>{};
  ExposureState state = has("closed") ? ExposureState::closed : ExposureState::restricted;
  return std::optional<Exposure>(Exposure{state, std::move(paths), "the playbook"});
}

// One column of the matrix, and the exposure that its answers must show.
struct AskedServer {
  verify::Column column;
  Exposure expected;
};

struct Loaded {
  std::string node;
  std::string lies_there;  // SHA-256 of the file on the node
  std::string loaded;      // the hash that the process reports; empty: it does not report one
};

std::vector<AskedServer> columns_of(const cluster::Session& session, const std::optional<Exposure>& wanted,
                                    std::vector<Loaded>& loaded, std::vector<Error>& findings) {
  std::vector<AskedServer> asked;
  const facts::ClusterFacts facts = session.facts();
  for (const cluster::Member& member : session.members) {
    if (!member.facts) continue;
    plan::NodeDetection node = plan::detect(*member.facts);
    if (!node.pod) continue;
    plan::OwnAddress own = plan::own_address(*node.pod, *member.facts, facts);
    if (!own.why_not.empty()) {
      findings.push_back(Error{.code = verify_errors::not_attributed,
                               .message = fmt::format("{}: {}", member.node.name, own.why_not),
                               .next = std::move(own.next)});
      continue;
    }
    const plan::ApiAddress& address = own.address;
    auto server =
        cluster::ask_node(session, member, {address.host, address.port}, {.tls_name = address.tls_name});
    asked.push_back({{member.node.name, server->address(),
                      [server](const facts::Expectation& question) { return server->ask(question); }},
                     wanted.value_or(node.exposure)});
    if (!member.facts->authentication_config) continue;
    auto hash = server->loaded_config_hash();
    std::string told = hash ? hash->value_or("") : "";
    loaded.push_back({member.node.name, member.facts->authentication_config->sha256, told});
  }
  return asked;
}

// The load balancer may lead to any node, so there is an expectation only where that of all nodes is the
// same.
Exposure through_balancer(const std::vector<AskedServer>& nodes) {
  Exposure expected;
  if (nodes.empty()) return expected;
  expected = nodes.front().expected;
  bool alike = std::all_of(nodes.begin(), nodes.end(), [&](const AskedServer& one) {
    return one.expected.state == expected.state && one.expected.paths == expected.paths;
  });
  return alike ? expected : Exposure{};
}

bool is_a_node(const std::string& address, const std::vector<AskedServer>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](const AskedServer& one) { return one.column.address == address; });
}

void compare_loaded(const std::vector<Loaded>& loaded, report::VerifyReport& report) {
  std::size_t alike = 0;
  for (const Loaded& one : loaded) {
    if (one.loaded.empty()) continue;
    if (one.loaded == "sha256:" + one.lies_there) {
      ++alike;
      continue;
    }
    report.findings.push_back(
        Error{verify_errors::contradiction,
              fmt::format("{}: the configuration file has the hash {}, and the API server has loaded {}",
                          one.node, short_hash(one.lies_there), one.loaded.substr(0, 19)),
              {},
              {},
              {},
              {}});
  }
  if (alike > 0) {
    report.loaded = fmt::format("loaded config sha256:{} on {} of {}", short_hash(loaded.front().lies_there),
                                alike, report.columns.size() - (report.columns.back() == balancer ? 1 : 0));
  }
}

// One matrix of all columns; each column is asked its own questions.
verify::Matrix ask_all(const std::vector<AskedServer>& asked) {
  auto matrices = parallel_map(asked, [](const AskedServer& one) {
    return verify::run_matrix({one.column}, verify::questions(one.expected));
  });
  verify::Matrix all;
  for (verify::Matrix& one : matrices)
    std::move(one.checks.begin(), one.checks.end(), std::back_inserter(all.checks));
  return all;
}

}  // namespace

Outcome<report::VerifyReport> verify(Ports& ports, const cluster::Selection& selection,
                                     const VerifyInput& input) {
  auto wanted = wanted_exposure(input);
  if (!wanted) return failed(std::move(wanted).error());
  auto session = open_session(ports, selection);
  if (!session) return failed_reading(std::move(session).error());
  std::vector<Loaded> loaded;
  report::VerifyReport report;
  std::vector<AskedServer> asked = columns_of(*session, *wanted, loaded, report.findings);
  if (auto endpoint = cluster::ask_endpoint(*session);
      endpoint && !is_a_node((*endpoint)->address(), asked)) {
    auto server = *endpoint;
    asked.push_back({{balancer, server->address(),
                      [server](const facts::Expectation& question) { return server->ask(question); }},
                     through_balancer(asked)});
  }
  report.cluster = header_of(*session);
  report.playbook = input.asked_playbook;
  report.unread = session->errors();
  for (const AskedServer& one : asked) report.columns.push_back(one.column.node);
  report.matrix = ask_all(asked);
  if (!loaded.empty()) compare_loaded(loaded, report);
  return report;
}

Exit exit_of(const report::VerifyReport& report) {
  Status judged = verify::judge(report.matrix);
  Exit exit = judged ? Exit::done : judged.error().code.exit;
  for (const Error& finding : report.findings) exit = worst({exit, finding.code.exit});
  return worst({exit, exit_of_reading(report.unread)});
}

}  // namespace nightlatch::operate
