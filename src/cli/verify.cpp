// nightlatch verify [-p PLAYBOOK]: every API server and the load balancer, asked.
#include "report/verify.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "cli/commands.hpp"
#include "cli/playbooks.hpp"
#include "cli/session.hpp"
#include "plan/detection.hpp"
#include "util/hash.hpp"
#include "util/pool.hpp"
#include "verify/errors.hpp"
#include "verify/matrix.hpp"
#include "verify/questions.hpp"

namespace nightlatch::cli {

namespace {

using access::Exposure;
using access::ExposureState;

constexpr const char* balancer = "load balancer";

// What the playbook wants; nothing where it leaves the manifests alone.
Result<std::optional<Exposure>> wanted_exposure(const std::string& word) {
  if (word.empty()) return std::optional<Exposure>{};
  NL_ASSIGN(spec::Playbook playbook, load_playbook(word));
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

// One column and the questions that it is asked.
struct Asked {
  verify::Column column;
  Exposure expected;
};

struct Loaded {
  std::string node;
  std::string lies_there;  // SHA-256 of the file
  std::string loaded;      // what the process says it loaded; empty: it does not say
};

std::vector<Asked> columns_of(const Session& session, const std::optional<Exposure>& wanted,
                              std::vector<Loaded>& loaded) {
  std::vector<Asked> asked;
  for (const Member& member : session.members) {
    if (!member.facts) continue;
    plan::NodeDetection node = plan::detect(*member.facts);
    if (!node.pod) continue;
    auto asker = ask_node(session, member, plan::api_address(*node.pod, member.facts->host));
    asked.push_back({{member.node.name, asker->address(),
                      [asker](const facts::Expectation& question) { return asker->ask(question); }},
                     wanted.value_or(node.exposure)});
    if (!member.facts->authentication_config) continue;
    auto hash = asker->loaded_config_hash();
    std::string told = hash ? hash->value_or("") : "";
    loaded.push_back({member.node.name, member.facts->authentication_config->sha256, told});
  }
  return asked;
}

// The balancer may lead to any node: it promises something only where all nodes are to be alike.
Exposure through_balancer(const std::vector<Asked>& nodes) {
  Exposure expected;
  if (nodes.empty()) return expected;
  expected = nodes.front().expected;
  bool alike = std::all_of(nodes.begin(), nodes.end(), [&](const Asked& one) {
    return one.expected.state == expected.state && one.expected.paths == expected.paths;
  });
  return alike ? expected : Exposure{};
}

bool is_a_node(const std::string& address, const std::vector<Asked>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](const Asked& one) { return one.column.address == address; });
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
              fmt::format("{}: the file on the node is {}, the API server has loaded {}", one.node,
                          short_hash(one.lies_there), one.loaded.substr(0, 19)),
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

Exit finish(Console& console, const report::VerifyReport& report) {
  auto detail = console.options.verbose > 0 ? report::Detail::full : report::Detail::brief;
  if (console.json()) {
    console.out.write(report::verify_json(report));
  } else {
    report::write_text(report, detail, console.out);
  }
  Status judged = verify::judge(report.matrix);
  Exit exit = judged ? Exit::done : judged.error().code.exit;
  if (!report.findings.empty()) exit = worst({exit, Exit::findings});
  return worst({exit, exit_of_reading(report.unread)});
}

Exit verify(const std::string& playbook, Console& console) {
  auto wanted = wanted_exposure(playbook);
  if (!wanted) return console.fail(wanted.error());
  auto session = Session::open(console);
  if (!session) return console.fail(std::span(&session.error(), 1), exit_of_reading({session.error()}));
  std::vector<Loaded> loaded;
  std::vector<Asked> asked = columns_of(*session, *wanted, loaded);
  if (auto endpoint = ask_endpoint(*session); endpoint && !is_a_node((*endpoint)->address(), asked)) {
    auto asker = *endpoint;
    asked.push_back({{balancer, asker->address(),
                      [asker](const facts::Expectation& question) { return asker->ask(question); }},
                     through_balancer(asked)});
  }
  report::VerifyReport report;
  report.cluster = session->header();
  report.playbook = playbook;
  report.unread = session->errors();
  auto matrices = parallel_map(asked, [](const Asked& one) {
    return verify::run_matrix({one.column}, verify::questions(one.expected));
  });
  for (std::size_t i = 0; i < asked.size(); ++i) {
    report.columns.push_back(asked[i].column.node);
    std::move(matrices[i].checks.begin(), matrices[i].checks.end(), std::back_inserter(report.matrix.checks));
  }
  if (!loaded.empty()) compare_loaded(loaded, report);
  return finish(console, report);
}

}  // namespace

void add_verify(Verb& root) {
  auto playbook = std::make_shared<std::string>();
  root.command("verify", "Check that every API server answers as it should")
      .option(
          "-p,--playbook", "PLAYBOOK", *playbook,
          "Expect what this playbook says: a shipped playbook's name, or a file. Without it every node is "
          "compared with its own manifest")
      .examples({"nightlatch verify -i prod.yaml", "nightlatch verify -i prod.yaml -p health-only -v"})
      .run([playbook](Console& console) { return verify(*playbook, console); });
}

}  // namespace nightlatch::cli
