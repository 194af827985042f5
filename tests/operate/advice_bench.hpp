// Types the commands of docs/errors.md, whose words in capitals stand for files and names, and says what was
// said.
#pragma once

#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "operate/catalogue.hpp"
#include "operate/prepare.hpp"
#include "operate/rewrite.hpp"
#include "operate/typed_bench.hpp"
#include "rollout/errors.hpp"

namespace nightlatch::operate {

struct Said {
  std::set<int> codes;  // of errors, troubles, findings and checks
  Exit exit = Exit::done;
  std::string text{};  // of the first error
};

class AdviceBench : public TypedBench {
 protected:
  // The commands in the advice of a code, in their order.
  static std::vector<std::string> advised(int code) {
    static const std::regex command(
        R"(nightlatch (?:apply|confirm|detect|history|node prepare|plan|rbac list|resume|rewrite|rollback|status|verify)\b(?: (?:--?[a-z-]+|[A-Z]+|health-only))*)");
    std::vector<std::string> found;
    auto known = find_code(code);
    if (!known) return found;
    std::string text(known->next);
    for (std::sregex_iterator one(text.begin(), text.end(), command), end; one != end; ++one)
      found.push_back(one->str());
    return found;
  }

  [[nodiscard]] std::string path(const std::string& name) { return (directory / name).string(); }
  [[nodiscard]] std::string newest_run() {
    auto runs = past_runs("prod-eu1");
    return runs.empty() ? "20200101T0000-0000" : runs.front().run;
  }

  // Of any workstation.
  [[nodiscard]] std::string newest_run_on_nodes() const {
    std::string newest;
    for (const auto& one : cluster.nodes) {
      for (const facts::NodeRun& run : one->facts.runs) newest = std::max(newest, run.run);
    }
    return newest;
  }

  Said go(const std::string& command) {
    person.night += std::chrono::minutes(10);
    std::vector<std::string> words;
    for (const std::string& word : split(command, ' ')) words.push_back(meant(word));
    const std::string& verb = words.at(1);
    Ports all = ports();
    if (verb == "plan") return of_plan(all, words);
    if (verb == "apply") return of(operate::apply(all, selection(), apply_input(words)));
    if (verb == "resume") return of(resume(all, selection(), {.run = run_in(words), .choices = yes()}));
    if (verb == "rollback") return of_rollback(all, words);
    if (verb == "confirm") return of(confirm(all, selection(), run_in(words)));
    if (verb == "detect") return of_detect(all);
    if (verb == "verify") return of(verify(all, selection(), {}));
    if (verb == "node") return of(prepare_host(all, selection(), {.host = words.at(3)}));
    if (verb == "history") return of_history(run_in(words));
    if (verb == "rewrite")
      return of(rewrite({.manifest = path("MANIFEST"),
                         .playbook = "health-only",
                         .kubeadm_config = path("FILE"),
                         .today = "2026-11-28"}));
    if (verb == "status" && words.back() == "--lock") return of(read_lock(all, selection()));
    if (verb == "status") return of(read_status(all, selection(), run_in(words)));
    throw std::invalid_argument(command);
  }

  static RunChoices yes() {
    return {.prompting = rollout::Prompting::assume_yes, .take_over = cluster::TakeOver::yes};
  }

 private:
  std::string meant(const std::string& word) {
    static const std::map<std::string, std::string> names{{"PLAYBOOK", "health-only"}, {"HOST", "cp4"}};
    if (auto found = names.find(word); found != names.end()) return found->second;
    if (word == "RUN") return std::max(newest_run(), newest_run_on_nodes());
    return word == "PLAN" || word == "FILE" || word == "MANIFEST" ? path(word) : word;
  }
  static std::string after(const std::vector<std::string>& words, const std::string& option) {
    auto found = std::find(words.begin(), words.end(), option);
    return found == words.end() || found + 1 == words.end() ? std::string() : *(found + 1);
  }
  static std::string run_in(const std::vector<std::string>& words) {
    return words.size() > 2 && !words[2].starts_with('-') ? words[2] : std::string();
  }

  ApplyInput apply_input(const std::vector<std::string>& words) {
    ApplyInput input;
    input.choices.login_token_file = after(words, "--oidc-token-file");
    std::string file = run_in(words);
    if (file.empty()) {
      input.plan.playbook = load_playbook(after(words, "-p")).value();
      return input;
    }
    input.choices.plan_file = file;
    auto reviewed = read_plan(file);
    EXPECT_TRUE(reviewed) << reviewed.error().message;
    if (reviewed) input.reviewed = *std::move(reviewed);
    return input;
  }

 protected:
  static void add(Said& said, const std::vector<Error>& errors) {
    for (const Error& error : errors) {
      said.codes.insert(error.code.number);
      if (said.text.empty()) said.text = error.message;
    }
  }
  static void add(Said& said, const std::vector<plan::PlanCheck>& checks) {
    for (const plan::PlanCheck& check : checks) said.codes.insert(check.code);
  }
  static Said of_failure(const Failure& failure) {
    Said said{.codes = {}, .exit = failure.exit};
    add(said, failure.errors);
    return said;
  }
  template <class T>
  static Said of(const Outcome<T>& outcome) {
    return outcome ? Said{} : of_failure(outcome.error());
  }
  static Said of(const Outcome<report::RunReport>& outcome) {
    if (!outcome) return of_failure(outcome.error());
    Said said{.codes = {}, .exit = outcome->result.exit};
    auto note = [&](const std::optional<rollout::Trouble>& trouble) {
      if (!trouble) return;
      said.codes.insert(trouble->code);
      if (said.text.empty()) said.text = trouble->why;
    };
    for (const rollout::NodeResult& one : outcome->result.nodes) note(one.trouble);
    note(outcome->result.trouble);
    if (said.exit == Exit::interrupted) said.codes.insert(rollout_errors::interrupted.number);
    add(said, outcome->plan.checks);
    return said;
  }
  static Said of(const Outcome<report::RewriteReport>& outcome) {
    if (!outcome) return of_failure(outcome.error());
    Said said{.codes = {}, .exit = exit_of(*outcome)};
    add(said, outcome->outcome.refusals);
    if (!outcome->outcome.rewrite) return said;
    for (const plan::Note& note : outcome->outcome.rewrite->notes) said.codes.insert(note.code);
    return said;
  }
  static Said of(const Outcome<plan::PlanOutcome>& outcome) {
    if (!outcome) return of_failure(outcome.error());
    Said said;
    add(said, outcome->plan->checks);
    return said;
  }
  static Said of(const Outcome<report::VerifyReport>& outcome) {
    if (!outcome) return of_failure(outcome.error());
    Said said{.codes = {}, .exit = exit_of(*outcome)};
    if (Status judged = verify::judge(outcome->matrix); !judged) add(said, {judged.error()});
    add(said, outcome->findings);
    add(said, outcome->unread);
    return said;
  }

 private:
  Said of_plan(Ports& all, const std::vector<std::string>& words) {
    auto outcome = make_plan(all, selection(), {.playbook = load_playbook(after(words, "-p")).value()},
                             after(words, "--out"));
    return of(outcome);
  }
  Said of_rollback(Ports& all, const std::vector<std::string>& words) {
    RollbackInput input{.run = run_in(words), .choices = yes()};
    if (words.back() == "--to-broken") input.to_broken = ToBroken::yes;
    if (std::string skipped = after(words, "--skip"); !skipped.empty()) input.skip = {skipped};
    return of(roll_back(all, selection(), input));
  }
  Said of_detect(Ports& all) {
    auto outcome = detect(all, selection());
    if (!outcome) return of_failure(outcome.error());
    Said said{.codes = {}, .exit = exit_of(*outcome)};
    add(said, outcome->findings);
    for (const plan::NodeDetection& one : outcome->nodes) add(said, one.findings);
    add(said, outcome->unread);
    return said;
  }
  static Said of_history(const std::string& run) {
    if (run.empty()) return {};
    auto found = find_whole_run("prod-eu1", run);
    if (found) return {};
    return of_failure({{found.error()}, found.error().code.exit});
  }
};

}  // namespace nightlatch::operate
