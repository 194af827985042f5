// Compares what nightlatch's evaluator and Kubernetes' RBAC authorizer say of the same role sets;
// integration/controlplane/authorizing runs it.
//
//   differential_rbac sets N               N sets, a line each, for authorize
//   differential_rbac compare N ANSWERS    nightlatch's verdicts against what authorize answered
//
// Verdict and reason must be equal, word for word. Every tenth set goes through the reader of objects, too.
#include <charconv>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "differential/rbac_sets.hpp"
#include "rbac/evaluator.hpp"
#include "rbac/read_objects.hpp"

namespace {

using namespace nightlatch;
using namespace nightlatch::differential;

constexpr std::size_t read_again_every = 10;
constexpr std::size_t most_shown = 10;

// What must have happened often enough for the comparison to mean something.
struct Counts {
  std::size_t allowed = 0;
  std::size_t refused = 0;
  std::size_t by_role_binding = 0;
  std::size_t by_aggregation = 0;
  std::size_t of_paths = 0;
  std::size_t of_targets = 0;
};

class Comparison {
 public:
  void look(std::size_t number, const nlohmann::json& answers) {
    RoleSet set = role_set(number);
    rbac::Objects objects = set.objects;
    if (number % read_again_every == 0) {
      auto read = rbac::read_objects(list_json(set.objects), "set");
      if (!read) return surprise(number, "the reader refuses the set", read.error().message);
      objects = *std::move(read);
    }
    rbac::Evaluator evaluator(objects);
    bool equal = true;
    for (std::size_t i = 0; i < set.questions.size(); ++i) {
      auto allowed = evaluator.allows(set.questions[i].who, set.questions[i].request);
      std::string ours = allowed ? allowed->reason() : "";
      std::string theirs = answers.at(i).get<std::string>();
      count(objects, set.questions[i], allowed);
      if (ours == theirs) continue;
      equal = false;
      surprise(number, fmt::format("question {}: \"{}\"", i, ours), fmt::format("\"{}\"", theirs));
    }
    passed_ += equal ? 1 : 0;
  }

  // The exit code.
  int report() const {
    std::cout << fmt::format(
        "allowed {}, refused {}; allowed by a RoleBinding {}, by an aggregated ClusterRole {}, for a path "
        "{}, "
        "for a target of HTTP {}\n",
        counts_.allowed, counts_.refused, counts_.by_role_binding, counts_.by_aggregation, counts_.of_paths,
        counts_.of_targets);
    std::size_t least = passed_ / 100;
    bool enough = counts_.refused > passed_ / 2 && counts_.allowed > passed_ / 2 &&
                  counts_.by_role_binding > least && counts_.by_aggregation > least &&
                  counts_.of_paths > least && counts_.of_targets > least;
    if (!enough) std::cout << "SURPRISE: something was hardly met\n";
    std::cout << fmt::format("{} passed, {} failed\n", passed_, surprises_ + (enough ? 0 : 1));
    return surprises_ == 0 && enough ? 0 : 1;
  }

 private:
  void count(const rbac::Objects& objects, const Question& question,
             const std::optional<rbac::Allowed>& allowed) {
    (allowed ? counts_.allowed : counts_.refused) += 1;
    if (!allowed) return;
    if (allowed->binding->scope == rbac::Scope::name_space) ++counts_.by_role_binding;
    if (question.request.kind == rbac::RequestKind::non_resource) ++counts_.of_paths;
    if (!question.target.empty()) ++counts_.of_targets;
    for (const rbac::Role& role : objects.roles) {
      bool is_it = role.scope == rbac::Scope::cluster && allowed->binding->role.kind == "ClusterRole" &&
                   role.name == allowed->binding->role.name;
      if (is_it && !role.aggregates.empty()) ++counts_.by_aggregation;
    }
  }

  void surprise(std::size_t number, const std::string& ours, const std::string& theirs) {
    if (++surprises_ > most_shown) return;
    std::cout << fmt::format("SURPRISE: set {}\n  nightlatch  {}\n  Kubernetes  {}\n{}\n----\n", number, ours,
                             theirs, line_json(role_set(number)));
  }

  std::size_t passed_ = 0;
  std::size_t surprises_ = 0;
  Counts counts_;
};

int compare(std::size_t sets, const std::string& name) {
  std::ifstream answers(name);
  Comparison comparison;
  for (std::size_t number = 0; number < sets; ++number) {
    std::string line;
    if (!std::getline(answers, line)) {
      std::cerr << name << " has fewer answers than there are sets\n";
      return 1;
    }
    comparison.look(number, nlohmann::json::parse(line));
  }
  return comparison.report();
}

std::size_t number_of(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  std::string verb = argc > 2 ? argv[1] : "";
  if (verb == "sets" && argc == 3) {
    for (std::size_t number = 0; number < number_of(argv[2]); ++number)
      std::cout << line_json(role_set(number)) << '\n';
    return 0;
  }
  if (verb == "compare" && argc == 4) return compare(number_of(argv[2]), argv[3]);
  std::cerr << "usage: differential_rbac sets N | compare N ANSWERS\n";
  return 2;
}
