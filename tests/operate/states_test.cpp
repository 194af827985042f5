// Every state that a node can be in, and every verb that a person can type: what it answers, and where the
// commands that the answer names lead. The nodes are the simulator's. NIGHTLATCH_RECORD=1 writes
// docs/states.md.
#include <cstdlib>
#include <fstream>
#include <functional>
#include <regex>
#include <set>

#include "operate/typed_bench.hpp"
#include "places.hpp"

namespace nightlatch::operate {
namespace {

using namespace std::chrono_literals;

constexpr const char* by_hand = "sh guard restore";
constexpr const char* damaged = "its state file is damaged";
constexpr const char* copies_state = "cp of the copy";
constexpr int most_commands = 8;  // that a person types to get out

// What is typed one after the other. A run is named by its place: "RUN" is the first that was begun, "RUN2"
// the second, and so on.
using Path = std::vector<std::string>;

struct State {
  std::string name;
  std::string how;  // it came to that
  std::function<void()> reach;
};

class States : public TypedBench {
 protected:
  // What a path came to.
  struct Sight {
    Typed typed;
    Path names;               // commands of the answer that can be typed, runs by their place
    bool is_settled = false;  // no node is in mid-change, each serves, and all are old or all are new
    std::string where;        // "old", "new", "mixed"
  };

  void begin() {
    start_anew();
    person.night = evening;
    cluster.simulate();
    for (auto& one : cluster.nodes) one->advance(rollout::Millis(1));
    runs_.clear();
  }
  BenchNode& cp1() { return node("cp1"); }

  // --- how a state is reached

  void kill_apply_at(const char* step) {
    driver.kill_at = {"cp1", step, rollout::Phase::done};
    run("nightlatch apply -p health-only");
    driver.kill_at.reset();
  }
  void kill_rollback_at(const char* node, const char* step) {
    driver.kill_at = {node, step, rollout::Phase::done};
    run("nightlatch rollback");
    driver.kill_at.reset();
  }
  void let_pass(rollout::Millis time) { driver.let_pass(cluster, time); }
  void fail_gates_once_new() {
    cp1().script.seen = [this](facts::Seen& seen) {
      bool is_new = exposure("cp1") == access::ExposureState::restricted;
      if (is_new && seen.question.path == "/readyz") seen.status = 500;
    };
  }
  void run(const std::string& command) { note_runs(type(command)); }

  [[nodiscard]] std::vector<State> states() {
    return {
        {"idle", "no run was here", [] {}},
        {"staged", "the run was killed", [this] { kill_apply_at("staged"); }},
        {"cleaned", "the run was interrupted before its swap",
         [this] {
           driver.interrupt_at = {"cp1", "staged", rollout::Phase::done};
           run("nightlatch apply -p health-only");
           driver.interrupt_at.reset();
         }},
        {"armed", "the run was killed", [this] { kill_apply_at("armed"); }},
        {"swapped", "the run was killed", [this] { kill_apply_at("swapped"); }},
        {"restarted", "the run was killed", [this] { kill_apply_at("restarted"); }},
        {"gated", "the run was killed", [this] { kill_apply_at("gated"); }},
        {"soaked", "the run was killed", [this] { kill_apply_at("soaked"); }},
        {"confirmed, others old", "the run was killed between two nodes",
         [this] { kill_apply_at("confirmed"); }},
        {"confirmed", "the run is done", [this] { run("nightlatch apply -p health-only"); }},
        {"restored", "the gates did not hold, and the run put the node back",
         [this] {
           fail_gates_once_new();
           run("nightlatch apply -p health-only");
           cp1().script.seen = {};
         }},
        {"restoring", "a rollback was killed while it put the node back",
         [this] {
           kill_apply_at("swapped");
           kill_rollback_at("cp1", "restoring");
         }},
        {"restored, not gated", "the run was killed, and the guard put the node back",
         [this] {
           kill_apply_at("gated");
           let_pass(10min);
         }},
        {"restoring, by hand", "the run was killed, and a person put the node back a moment ago",
         [this] {
           kill_apply_at("gated");
           cp1().machine->restore_by_hand();
         }},
        {"restored, by hand", "the run was killed, and a person put the node back",
         [this] {
           kill_apply_at("gated");
           cp1().machine->restore_by_hand();
           let_pass(10min);
         }},
        {"restoring, the guard gave up", "no API server ran in the guard's time; now it runs",
         [this] {
           kill_apply_at("gated");
           while (cp1().machine->state().step != node::Step::restoring) let_pass(1s);
           cp1().machine->kill_guard(rollout::Millis::max());
           let_pass(10min);
         }},
        {"foreign", "the run was killed, somebody else changed the manifest, and the guard left it",
         [this] {
           kill_apply_at("swapped");
           cp1().set_manifest(cp1().machine->manifest() + "# by hand\n");
           let_pass(10min);
         }},
        {"confirmed by a rollback", "the run was undone",
         [this] {
           run("nightlatch apply -p health-only");
           run("nightlatch rollback");
         }},
        {"confirmed by the undoing of a rollback", "the rollback was undone",
         [this] {
           run("nightlatch apply -p health-only");
           run("nightlatch rollback");
           run("nightlatch rollback " + runs_.back());
         }},
        {"swapped by a rollback", "the rollback was killed",
         [this] {
           run("nightlatch apply -p health-only");
           kill_rollback_at("cp1", "swapped");
         }},
        {damaged, "the run was killed",
         [this] {
           kill_apply_at("confirmed");
           cp1().unreadable =
               error_of(node_errors::script_refused,
                        "cp1: /etc/kubernetes/nightlatch/state is damaged. Its last copy is "
                        "/etc/kubernetes/nightlatch/runs/RUN/state: compare both, then cp "
                        "/etc/kubernetes/nightlatch/runs/RUN/state /etc/kubernetes/nightlatch/state");
         }},
    };
  }

  // --- typing

  Sight play(const State& row, const Path& path) {
    begin();
    row.reach();
    Sight sight;
    for (const std::string& command : path) sight.typed = type_or_do(command);
    sight.names = names_of(sight.typed);
    sight.where = where();
    sight.is_settled = is_settled() && sight.where != "mixed";
    return sight;
  }

  Typed type_or_do(const std::string& command) {
    if (command == copies_state) {
      cp1().unreadable.reset();
      return {.steps = {{"nightlatch status", {}}}};
    }
    if (command != by_hand) {
      Typed typed = type(with_runs(command));
      note_runs(typed);
      return typed;
    }
    if (cp1().unreadable) return {.exit = Exit::refused, .text = cp1().unreadable->message};
    node::Reply reply = cp1().machine->restore_by_hand();
    let_pass(5min);  // it goes on until the API server runs
    return {.exit = reply.kind == node::ReplyKind::ok ? Exit::done : Exit::refused,
            .text = reply.why,
            .steps = {{"nightlatch status", {}}}};
  }

  Path names_of(const Typed& typed) {
    Path names;
    for (const std::string& name : typed.names()) {
      if (name.find("guard restore") != std::string::npos) names.emplace_back(by_hand);
      if (name.starts_with("nightlatch") && name.find("--out") == std::string::npos)
        names.push_back(without_runs(name));
    }
    // A sentence may be broken between any two of its words.
    if (std::regex_search(typed.text, std::regex("then\\s+cp\\s"))) names.emplace_back(copies_state);
    Path unique;
    for (const std::string& name : names) {
      if (std::find(unique.begin(), unique.end(), name) == unique.end()) unique.push_back(name);
    }
    return unique;
  }

  [[nodiscard]] std::string where() {
    std::string all = exposures();
    if (all == "open open open") return "old";
    return all == "restricted restricted restricted" ? "new" : "mixed";
  }
  [[nodiscard]] bool is_settled() {
    return std::all_of(cluster.nodes.begin(), cluster.nodes.end(), [](const auto& one) {
      const node::NodeState& now = one->machine->state();
      const facts::ProtocolStepRow* row = facts::find_protocol_step(node::name(now.step));
      bool is_last = row != nullptr && !row->is_mid_change && now.note.empty();
      return is_last && one->machine->serving() && !one->unreadable;
    });
  }

  static bool only_reads(const std::string& command) {
    constexpr std::array reading{"status", "plan", "verify", "detect", "history"};
    return std::any_of(reading.begin(), reading.end(), [&](const char* verb) {
      return command.starts_with(std::string("nightlatch ") + verb);
    });
  }
  static bool changed_nothing(const std::string& command, const Typed& typed) {
    if (command == by_hand) return typed.exit != Exit::done;
    return command != copies_state && (only_reads(command) || typed.run.empty());
  }

  // Where a person gets who types this, and then what the answers name and was not tried in the same state:
  // first what changes something. "": in a circle, or no answer names anything any more.
  std::string end_of(const State& row, Path path) {
    std::set<std::string> tried;  // since something changed
    Path named;
    for (int typed = 0; typed < most_commands; ++typed) {
      Sight sight = look(row, path);
      if (sight.is_settled) return sight.where;
      tried.insert(path.back());
      if (changed_nothing(path.back(), sight.typed)) {
        path.pop_back();
      } else {
        tried.clear();
        named.clear();
      }
      named.insert(named.end(), sight.names.begin(), sight.names.end());
      std::erase_if(named, [&](const std::string& name) { return tried.contains(name); });
      if (named.empty()) return {};
      auto next = std::find_if_not(named.begin(), named.end(), only_reads);
      path.push_back(next == named.end() ? named.front() : *next);
    }
    return {};
  }

  // Played once.
  Sight look(const State& row, const Path& path) {
    std::string key = row.name + ": " + join(path, "; ");
    auto found = seen_.find(key);
    if (found == seen_.end()) found = seen_.emplace(key, play(row, path)).first;
    return found->second;
  }

  // "3, NL3218: `resume` → new, `rollback` → old".
  std::string cell(const State& row, const std::string& command) {
    Sight sight = look(row, {command});
    const Typed& typed = sight.typed;
    std::string text = fmt::format("{}", static_cast<int>(typed.exit));
    if (typed.code != 0) text += fmt::format(", {}", code_name(typed.code));
    if (!changed_nothing(command, typed)) text += fmt::format(", {}", sight.where);
    bool is_end = sight.is_settled && typed.exit == Exit::done;
    if (is_end && !changed_nothing(command, typed)) return text;
    std::vector<std::string> ways;
    for (const std::string& name : sight.names) {
      Path path = changed_nothing(command, typed) ? Path{name} : Path{command, name};
      bool only_shows = only_reads(name) && (sight.is_settled || look(row, path).names.empty());
      if (only_shows) continue;
      std::string end = end_of(row, path);
      EXPECT_FALSE(end.empty()) << row.name << ": " << command << ", then " << name
                                << ", does not come to an end";
      ways.push_back(fmt::format("`{}` → {}", in_short(name), end));
    }
    EXPECT_TRUE(sight.is_settled || !ways.empty())
        << row.name << ": " << command << " names nothing: " << typed.text;
    return ways.empty() ? text : fmt::format("{}: {}", text, join(ways, ", "));
  }

  static std::string in_short(const std::string& command) {
    return command.starts_with("nightlatch ") ? command.substr(11) : command;
  }

  std::map<std::string, Sight> seen_;
  std::chrono::system_clock::time_point evening = person.night;

 private:
  void note_runs(const Typed& typed) {
    std::vector<std::string> known;
    for (const report::PastRun& run : past_runs("prod-eu1")) known.push_back(run.run);
    std::reverse(known.begin(), known.end());
    static_cast<void>(typed);
    runs_ = std::move(known);
  }
  static std::string place_of(std::size_t index) {
    return index == 0 ? "RUN" : fmt::format("RUN{}", index + 1);
  }
  std::string with_runs(std::string command) {
    for (std::size_t i = runs_.size(); i-- > 0;) command = plan::replaced(command, place_of(i), runs_[i]);
    return command;
  }
  std::string without_runs(std::string command) {
    for (std::size_t i = 0; i < runs_.size(); ++i) command = plan::replaced(command, runs_[i], place_of(i));
    return command;
  }

  std::vector<std::string> runs_;
};

struct TypedVerb {
  std::string title;
  std::string command;
};

constexpr std::string_view head =
    "# Every state, every verb\n\n"
    "What nightlatch answers to each command in each state that a node can be in. The page is made by "
    "`tests/operate/states_test.cpp`, which types every command on the simulator's nodes: `cp1` is in the "
    "state "
    "of the row, and `cp2` and `cp3` are as the run left them. The test fails where a way that an answer "
    "names ends in a circle, or does not end.\n\n"
    "A cell holds the exit code, the error code if there is one, and where the nodes are if the command has "
    "changed something: old, new or mixed. Behind the colon stand the commands that the answer names, and "
    "where "
    "a person gets who types them, and then what the next answers name first. `RUN` is the run that led to "
    "the state, `RUN2` the one that came after it.\n\n";

TEST_F(States, EveryVerbLeadsOutOfEveryState) {
  const std::vector<TypedVerb> verbs{{"status", "nightlatch status"},
                                     {"plan", "nightlatch plan -p health-only"},
                                     {"apply", "nightlatch apply -p health-only"},
                                     {"resume", "nightlatch resume"},
                                     {"rollback", "nightlatch rollback"},
                                     {"confirm", "nightlatch confirm RUN"},
                                     {"`sh guard restore` on `cp1`", by_hand}};
  std::string page(head);
  for (const State& row : states()) {
    page += fmt::format("## {}\n\nHow: {}.\n\n| verb | answer |\n|---|---|\n", row.name, row.how);
    for (const TypedVerb& verb : verbs)
      page += fmt::format("| {} | {} |\n", verb.title, cell(row, verb.command));
    page += "\n";
  }
  std::filesystem::path file = source_directory() / "docs/states.md";
  if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
    std::ofstream(file) << page;
    FAIL() << "recorded " << file;
  }
  EXPECT_EQ(read_file(file).value_or(""), page) << "NIGHTLATCH_RECORD=1 writes it again";
}

}  // namespace
}  // namespace nightlatch::operate
