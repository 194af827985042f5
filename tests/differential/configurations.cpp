// Compares how nightlatch and Kubernetes judge the same AuthenticationConfigurations;
// integration/controlplane/judging runs it.
//
//   differential_configurations MINOR issuers            the service account issuers that both sides are told
//   differential_configurations MINOR files              every file, each behind its length, for judge
//   differential_configurations MINOR compare ANSWERS    nightlatch's verdicts against what judge answered
//
// MINOR is that of Kubernetes 1.x: 34. The names of the rules are in the words of 1.34 and later; how often
// each was met is asked for there alone. Both must accept a file, or both refuse it with the same words.
// Files that only CEL decides are counted apart: there the verdict of all other rules must be equal. The
// words of a text that is no YAML come from two libraries, and may differ; they are counted.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "access/decode_authentication.hpp"
#include "access/validate_authentication.hpp"
#include "differential/configuration_rules.hpp"

namespace {

using namespace nightlatch;
using namespace nightlatch::differential;

constexpr std::size_t of_each_rule = 36;
constexpr std::size_t valid_files = 900;
constexpr std::size_t changed_texts = 900;
constexpr std::size_t least_of_each_rule = 20;

access::ServerRules rules_of(int minor) {
  return {.minor = minor,
          .egress_selector = minor >= 34,
          .service_account_issuers = {"https://second.example.org",
                                      "https://kubernetes.default.svc.cluster.local"}};
}

struct File {
  std::string bytes;
  const ConfigurationRule* rule = nullptr;  // whose change was made; nullptr: a valid file, or changed text
  bool breaks = false;
};

// One change of the kind that makes YAML or JSON another text.
std::string change_text(std::string text, Random& random) {
  constexpr std::array<std::string_view, 44> tokens{
      "\t",  " ",        "\n",   "- ",  ": ",   "#",   " #",  "'",      "\"",    "{",  "}",
      "[",   "]",        "&a ",  "*a",  "|",    ">",   ">-",  "---\n",  "...\n", "~",  "null",
      "yes", "on",       "0x1F", "1e3", "0o17", "017", "1_0", "!!str ", "<<: ",  "? ", ",",
      "\r",  "\xC3\xA9", "%",    "@",   "`",    "\\",  "=",   ".inf",   "- - ",  ":",  "!!int "};
  for (std::size_t changes = 1 + random.pick(2); changes > 0 && !text.empty(); --changes) {
    std::size_t at = random.pick(text.size());
    std::size_t begin = text.rfind('\n', at) + 1;
    std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    switch (random.pick(6)) {
      case 0:
        text.erase(at, 1 + random.pick(4));
        break;
      case 1:
        text.erase(begin, end - begin);
        break;
      case 2:
        text.insert(random.pick(text.size()), text.substr(begin, end - begin));
        break;
      case 3:
        text.insert(begin, text.substr(begin, end - begin));
        break;
      default:
        text.insert(at, random.any(tokens));
    }
  }
  return text;
}

std::vector<File> files() {
  Random random(14);
  std::vector<File> all;
  auto add = [&](const ConfigurationRule& rule, bool breaks) {
    Json configuration = valid_configuration(random);
    (breaks ? rule.break_it : rule.keep_it)(configuration, random);
    all.push_back({text_of(configuration, random), &rule, breaks});
  };
  for (const auto* table : {&issuer_rules(), &mapping_rules(), &decoding_rules()}) {
    for (const ConfigurationRule& rule : *table) {
      for (std::size_t i = 0; i < of_each_rule; ++i) {
        add(rule, true);
        if (rule.keep_it) add(rule, false);
      }
    }
  }
  for (std::size_t i = 0; i < valid_files; ++i)
    all.push_back({text_of(valid_configuration(random), random), nullptr, false});
  for (std::size_t i = 0; i < changed_texts; ++i) {
    all.push_back({change_text(text_of(valid_configuration(random), random), random), nullptr, true});
  }
  return all;
}

// Without what only Kubernetes knows (the name of its scheme) and what nightlatch does not repeat (the file).
std::string comparable(const std::string& words) {
  for (std::string_view tail : {"' is missing in '", " in scheme \""}) {
    std::size_t at = words.find(tail);
    if (at != std::string::npos) return words.substr(0, at);
  }
  return words;
}

struct Verdict {
  std::string decoding;
  std::vector<std::string> broken;

  [[nodiscard]] bool accepts() const { return decoding.empty() && broken.empty(); }
  [[nodiscard]] std::string text() const {
    return accepts() ? "accepted" : decoding + fmt::format("{}", fmt::join(broken, "\n          "));
  }
};

Verdict judge(const std::string& bytes, const access::ServerRules& rules) {
  auto decoded = access::decode_authentication(bytes, rules);
  if (!decoded) return {.decoding = comparable(decoded.error().words), .broken = {}};
  Verdict verdict;
  for (const access::TextProblem& problem : access::validate_authentication(*decoded, rules))
    verdict.broken.push_back(problem.words);
  return verdict;
}

struct Count {
  std::size_t refused = 0;
  std::size_t accepted = 0;
};

class Comparison {
 public:
  explicit Comparison(int minor) : rules_(rules_of(minor)) {}

  void look(const File& file, const Json& answer) {
    Verdict ours = judge(file.bytes, rules_);
    Verdict theirs{.decoding = comparable(answer.value("decoding", "")),
                   .broken = answer.value("rules", std::vector<std::string>())};
    if (answer.value("cel", false)) ++cel_;
    ++(theirs.accepts() ? accepted_ : refused_);
    count(file, theirs.accepts(), answer.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (ours.accepts() != theirs.accepts()) {
      surprise(file, ours, theirs, "another verdict");
    } else if (ours.decoding == theirs.decoding && ours.broken == theirs.broken) {
      ++equal_;
    } else if (theirs.decoding.starts_with("yaml: ") && ours.decoding.starts_with("yaml: ")) {
      ++other_yaml_words_;
    } else {
      surprise(file, ours, theirs, "other words");
    }
  }

  // The exit code.
  int report() const {
    bool enough = true;
    for (const auto* table : {&issuer_rules(), &mapping_rules(), &decoding_rules()}) {
      for (const ConfigurationRule& rule : *table) {
        const Count& seen = counts_.at(rule.name);
        std::cout << fmt::format("  {:52} refused {:3}  accepted {:3}\n", rule.name, seen.refused,
                                 seen.accepted);
        bool met =
            seen.refused >= least_of_each_rule && (!rule.keep_it || seen.accepted >= least_of_each_rule);
        met = met || rules_.minor < 34;
        if (!met) std::cout << "  SURPRISE: this rule was not met often enough\n";
        enough = enough && met;
      }
    }
    std::cout << fmt::format(
        "{} files: {} accepted and {} refused by Kubernetes; CEL changes the answer of {}\n",
        accepted_ + refused_, accepted_, refused_, cel_);
    std::cout << fmt::format("  equal verdict and words: {}; no YAML for both, in other words: {}\n", equal_,
                             other_yaml_words_);
    std::cout << fmt::format("{} passed, {} failed\n", equal_ + other_yaml_words_, surprises_);
    return surprises_ == 0 && enough ? 0 : 1;
  }

 private:
  // A file counts for the rule whose change it holds: refused with the rule's words, or accepted.
  void count(const File& file, bool accepted, const std::string& answer) {
    if (file.rule == nullptr) return;
    Count& seen = counts_[file.rule->name];
    if (!file.breaks) {
      seen.accepted += accepted ? 1 : 0;
    } else if (answer.find(Json(file.rule->words).dump().substr(1, file.rule->words.size())) !=
               std::string::npos) {
      ++seen.refused;
    }
  }

  void surprise(const File& file, const Verdict& ours, const Verdict& theirs, std::string_view what) {
    if (++surprises_ > 20) return;
    std::cout << fmt::format("SURPRISE: {}\n  nightlatch  {}\n  Kubernetes  {}\n{}\n----\n", what,
                             ours.text(), theirs.text(), file.bytes);
  }

  access::ServerRules rules_;
  std::size_t accepted_ = 0;
  std::size_t refused_ = 0;
  std::size_t cel_ = 0;
  std::size_t equal_ = 0;
  std::size_t other_yaml_words_ = 0;
  std::size_t surprises_ = 0;
  std::map<std::string_view, Count> counts_;
};

int compare(int minor, const std::string& name) {
  std::ifstream answers(name);
  Comparison comparison(minor);
  for (const File& file : files()) {
    std::string line;
    if (!std::getline(answers, line)) {
      std::cerr << name << " has fewer answers than there are files\n";
      return 1;
    }
    comparison.look(file, Json::parse(line));
  }
  return comparison.report();
}

}  // namespace

int main(int argc, char** argv) {
  int minor = argc > 2 ? std::atoi(argv[1]) : 0;
  std::string verb = argc > 2 ? argv[2] : "";
  if (verb == "issuers" && argc == 3) {
    for (const std::string& issuer : rules_of(minor).service_account_issuers) std::cout << issuer << '\n';
    return 0;
  }
  if (verb == "files" && argc == 3) {
    for (const File& file : files()) std::cout << file.bytes.size() << '\n' << file.bytes;
    return 0;
  }
  if (verb == "compare" && argc == 4) return compare(minor, argv[3]);
  std::cerr << "usage: differential_configurations MINOR issuers | files | compare ANSWERS\n";
  return 2;
}
