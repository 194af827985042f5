// Types the commands that screens print, as a person does, and says what came of each.
#pragma once

#include <map>
#include <regex>
#include <string>
#include <vector>

#include "operate/confirm.hpp"
#include "operate/detect.hpp"
#include "operate/plan.hpp"
#include "operate/resume.hpp"
#include "operate/rollback.hpp"
#include "operate/rolled_bench.hpp"
#include "operate/run_store.hpp"
#include "operate/status.hpp"
#include "operate/verify.hpp"
#include "plan/errors.hpp"
#include "report/plan.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

// The exposure of three nodes, as TypedBench::exposures() writes it.
inline constexpr const char* all_old = "open open open";
inline constexpr const char* all_new = "restricted restricted restricted";

// The answer to one command.
struct Typed {
  Exit exit = Exit::done;
  int code = 0;                           // of the first error or trouble; 0: none
  std::string text{};                     // the first error's or trouble's, or what there was not to do
  std::string run{};                      // that was carried out; empty: none
  std::vector<report::NextStep> steps{};  // the commands that it names, with the words beside them

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const report::NextStep& step : steps) all.push_back(step.command);
    return all;
  }
};

class TypedBench : public RolledBench {
 protected:
  // `nightlatch …`, as a screen prints it. The clock goes on, as it does between two commands.
  Typed type(const std::string& command) {
    person.night += std::chrono::minutes(10);
    std::vector<std::string> words = split(command, ' ');
    if (words.size() < 2 || words[0] != "nightlatch") throw std::invalid_argument(command);
    Line line = read(words);
    Ports all = ports();
    if (line.verb == "apply") return apply_or_rehearse(line);
    if (line.verb == "plan") return of_plan(make_plan(all, selection(), {.playbook = playbook()}, {}));
    if (line.verb == "resume") return of_run(resume(all, selection(), {.run = line.run, .choices = yes()}));
    if (line.verb == "rollback")
      return of_run(roll_back(all, selection(), {.run = line.run, .skip = line.skip, .choices = yes()}));
    if (line.verb == "confirm") return of_confirmation(confirm(all, selection(), line.run));
    if (line.verb == "status") return of_status(read_status(all, selection(), line.run));
    if (line.verb == "verify") return of_verify(line.playbook);
    if (line.verb == "detect") return of_detect(detect(all, selection()));
    if (line.verb == "history") return of_history(line.run);
    throw std::invalid_argument(command);
  }

  // Where the nodes are: "open open restricted".
  [[nodiscard]] std::string exposures() {
    std::vector<std::string> words;
    for (const auto& one : cluster.nodes)
      words.emplace_back(access::name(plan::detect(one->facts).exposure.state));
    return join(words, " ");
  }

  // Every command in a text for people: "run nightlatch resume or nightlatch rollback for that run first".
  [[nodiscard]] static std::vector<std::string> commands_in(std::string_view text) {
    static const std::regex command(
        R"(nightlatch (?:status|plan|apply|resume|rollback|confirm|verify|detect|history)\b(?: (?:\d{8}T\d+-\w+|-p [\w.-]+|--skip \w+|--to-broken|--rehearse))*)");
    std::string whole(text);
    std::vector<std::string> found;
    for (std::sregex_iterator one(whole.begin(), whole.end(), command), end; one != end; ++one)
      found.push_back(one->str());
    return found;
  }

 private:
  struct Line {
    std::string verb{};
    std::string run{};
    std::string playbook{};
    std::vector<std::string> skip{};
    bool rehearse = false;
  };

  static Line read(const std::vector<std::string>& words) {
    Line line{.verb = words[1]};
    for (std::size_t i = 2; i < words.size(); ++i) {
      if (words[i] == "-p") {
        line.playbook = words.at(++i);
      } else if (words[i] == "--skip") {
        line.skip.push_back(words.at(++i));
      } else if (words[i] == "--rehearse") {
        line.rehearse = true;
      } else {
        line.run = words[i];
      }
    }
    return line;
  }

  static spec::Playbook playbook() { return load_playbook("health-only").value(); }
  static RunChoices yes() {
    return {.prompting = rollout::Prompting::assume_yes, .take_over = cluster::TakeOver::yes};
  }

  Typed apply_or_rehearse(const Line& line) {
    Ports all = ports();
    ApplyInput input;
    input.plan.playbook = playbook();
    input.choices = yes();
    input.choices.rehearse = line.rehearse ? Rehearse::yes : Rehearse::no;
    return of_run(operate::apply(all, selection(), input));
  }

  static void add_names(const report::Page& page, Typed& typed) {
    for (const report::Section& section : page.sections) {
      for (const report::Block& block : section.blocks) {
        const auto* commands = std::get_if<report::Commands>(&block);
        if (commands == nullptr) continue;
        typed.steps.insert(typed.steps.end(), commands->steps.begin(), commands->steps.end());
      }
    }
  }

  static Typed of_failure(const Failure& failure) {
    Typed typed;
    typed.exit = failure.exit;
    typed.code = failure.errors.front().code.number;
    typed.text = failure.errors.front().message;
    for (const Error& error : failure.errors) {
      for (const std::string& detail : error.details) typed.text += "\n" + detail;
      for (std::string& name : commands_in(error.next_step())) typed.steps.push_back({std::move(name), {}});
    }
    return typed;
  }

  static Typed of_run(const Outcome<report::RunReport>& outcome) {
    if (!outcome) return of_failure(outcome.error());
    Typed typed{.exit = outcome->result.exit, .text = outcome->nothing, .run = outcome->run};
    auto note = [&](const std::optional<rollout::Trouble>& trouble) {
      if (!trouble || typed.code != 0) return;
      typed.code = trouble->code;
      typed.text = trouble->why;
    };
    for (const rollout::NodeResult& node : outcome->result.nodes) note(node.trouble);
    note(outcome->result.trouble);
    add_names(report::page_of(*outcome), typed);
    return typed;
  }
  static Typed of_plan(const Outcome<plan::PlanOutcome>& outcome) {
    if (!outcome) return of_failure(outcome.error());
    Typed typed;
    add_names(report::page_of(report::PlanScreen{.plan = *outcome->plan, .bytes = outcome->bytes}), typed);
    if (outcome->plan->changes_nothing()) typed.text = "nothing to change";
    return typed;
  }
  static Typed of_confirmation(const Outcome<report::ConfirmReport>& outcome) {
    if (!outcome) return of_failure(outcome.error());
    Typed typed;
    add_names(report::page_of(*outcome), typed);
    return typed;
  }
  static Typed of_status(const Outcome<report::StatusReport>& outcome) {
    if (!outcome) return of_failure(outcome.error());
    Typed typed{.exit = exit_of(*outcome)};
    report::Page page = report::page_of(*outcome);
    add_names(page, typed);
    for (const report::Section& section : page.sections) {
      for (const report::Block& block : section.blocks) {
        if (const auto* finding = std::get_if<report::Finding>(&block))
          typed.text += finding->text.plain() + "\n";
      }
    }
    return typed;
  }
  static Typed of_detect(const Outcome<report::DetectReport>& outcome) {
    if (!outcome) return of_failure(outcome.error());
    return {.exit = exit_of(*outcome)};
  }
  Typed of_verify(const std::string& asked) {
    VerifyInput input{.asked_playbook = asked};
    if (!asked.empty()) input.playbook = playbook();
    Ports all = ports();
    auto outcome = verify(all, selection(), input);
    if (!outcome) return of_failure(outcome.error());
    return {.exit = exit_of(*outcome)};
  }
  static Typed of_history(const std::string& run) {
    if (run.empty()) return {};
    auto past = find_run("prod-eu1", run);
    if (!past) return of_failure({{past.error()}, past.error().code.exit});
    Typed typed;
    add_names(report::page_of(*past), typed);
    return typed;
  }
};

}  // namespace nightlatch::operate
