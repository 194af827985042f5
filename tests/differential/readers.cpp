// Compares how nightlatch and Kubernetes read the same bytes; integration/controlplane/decoding runs it.
//
//   differential_readers documents            every document, each behind its length, for decode
//   differential_readers compare ANSWERS      nightlatch's reading of them against what decode answered
//
// Where both read a document they must read the same, and where nightlatch finds an API server its words must
// be those that the kubelet would start. What nightlatch refuses although Kubernetes reads it is counted by
// its reason.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "manifest/api_server_pod.hpp"
#include "manifest/document.hpp"
#include "manifest/random_layout.hpp"
#include "places.hpp"

namespace {

namespace fs = std::filesystem;
using namespace nightlatch;
using nlohmann::json;

constexpr std::uint64_t layouts = 400;
constexpr std::uint64_t mutants = 2000;

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// One change of the kind that makes YAML another YAML.
std::string mutate(std::string text, std::mt19937_64& random) {
  constexpr std::array tokens{
      "\t",    " ",     "\n",     "- ",        ": ",         "#",  " #",   "'",    "\"",
      "{",     "}",     "[",      "]",         "&a ",        "*a", "|",    ">",    ">-",
      "---\n", "...\n", "~",      "null",      "yes",        "on", "0x1F", "1e3",  "0o17",
      "017",   "1_0",   "!!str ", "!!binary ", "<<: ",       "? ", ",",    "\r",   "\xC3\xA9",
      "%",     "@",     "`",      "\\",        "2001-01-01", "=",  ".inf", "- - ", ":"};
  auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (std::size_t changes = 1 + pick(2); changes > 0 && !text.empty(); --changes) {
    std::size_t at = pick(text.size());
    switch (pick(4)) {
      case 0:
        text.erase(at, 1 + pick(4));
        break;
      case 1: {
        std::size_t begin = text.rfind('\n', at) + 1;
        std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        text.insert(pick(text.size()), text.substr(begin, end - begin));
        break;
      }
      default:
        text.insert(at, tokens[pick(tokens.size())]);
    }
  }
  return text;
}

std::vector<std::string> documents() {
  std::vector<fs::path> files;
  for (const char* folder :
       {"tests/golden/rewrite", "tests/fuzz/corpus/manifest_fuzz", "tests/fuzz/corpus/json_manifest_fuzz"}) {
    fs::path whole = source_directory() / folder;
    if (!fs::exists(whole)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(whole)) {
      std::string name = entry.path().filename();
      if (entry.is_regular_file() && !name.ends_with(".txt") && !name.ends_with(".diff"))
        files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> all;
  for (const fs::path& file : files) all.push_back(slurp(file));
  for (std::uint64_t seed = 0; seed < layouts; ++seed) all.push_back(manifest::Layout(seed).manifest());
  std::size_t originals = all.size();
  std::mt19937_64 random(1);
  for (std::uint64_t i = 0; i < mutants; ++i) all.push_back(mutate(all[random() % originals], random));
  return all;
}

bool is_bool_word(const std::string& text) {
  constexpr std::array<std::string_view, 22> words{
      "true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes", "YES", "no", "No",
      "NO",   "on",   "On",   "ON",    "off",   "Off",   "OFF", "y",   "Y",   "n",  "N"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

// nightlatch keeps scalars as text; what type a plain one has is Kubernetes' word alone.
bool alike(const manifest::Value& ours, const json& theirs) {
  using Kind = manifest::Value::Kind;
  switch (ours.kind) {
    case Kind::null:
      return theirs.is_null();
    case Kind::scalar:
      if (theirs.is_string()) return theirs.get<std::string>() == ours.text;
      if (ours.quoted) return false;
      return theirs.is_boolean() ? is_bool_word(ours.text) : theirs.is_number();
    case Kind::sequence:
      return theirs.is_array() && theirs.size() == ours.items.size() &&
             std::equal(ours.items.begin(), ours.items.end(), theirs.begin(), alike);
    case Kind::mapping:
      break;
  }
  if (ours.find("<<") != nullptr) return theirs.is_object();  // Kubernetes merges; an edit never looks inside
  if (!theirs.is_object() || theirs.size() * 2 != ours.items.size()) return false;
  for (std::size_t i = 0; i + 1 < ours.items.size(); i += 2) {
    const manifest::Value& key = ours.items[i];
    auto found = theirs.find(key.text);
    // true, 0x1F and the like become other keys; then only the number of entries was compared.
    if (found == theirs.end() && (key.quoted || !key.items.empty())) return false;
    if (found != theirs.end() && !alike(ours.items[i + 1], *found)) return false;
  }
  return true;
}

class Comparison {
 public:
  void look(const std::string& bytes, const json& answer) {
    auto ours = manifest::Document::read(bytes, "document");
    bool theirs = answer.contains("json");
    if (!ours) {
      ++(theirs ? stricter_[ours.error().code.number] : both_refuse_);
    } else if (!theirs) {
      surprise(bytes, fmt::format("nightlatch reads what Kubernetes refuses: {}", answer.at("error").dump()));
    } else if (!alike(ours->value, answer.at("json"))) {
      surprise(bytes, fmt::format("read differently; Kubernetes: {}", answer.at("json").dump()));
    } else {
      ++alike_;
      look_at_words(bytes, answer);
    }
  }

  // The exit code.
  int report() const {
    std::size_t stricter = 0;
    for (const auto& [code, count] : stricter_) stricter += count;
    std::cout << fmt::format(
        "{} documents: {} read alike ({} API servers with the same words), {} refused by both\n",
        alike_ + both_refuse_ + stricter + surprises_, alike_, same_words_, both_refuse_);
    std::cout << fmt::format("  pods with a broken field elsewhere: {}\n", broken_pods_);
    for (const auto& [code, count] : stricter_) {
      std::cout << fmt::format("  refused by nightlatch alone: {} NL{}\n", count, code);
    }
    std::cout << fmt::format("{} passed, {} failed\n", alike_ + both_refuse_ + stricter, surprises_);
    return surprises_ == 0 && alike_ >= 500 ? 0 : 1;
  }

 private:
  void look_at_words(const std::string& bytes, const json& answer) {
    auto pod = manifest::read_api_server_pod(bytes, "document");
    if (!pod) return;
    if (answer.contains("podError")) {  // a field that no edit looks at is wrong; the kubelet refuses the pod
      ++broken_pods_;
      return;
    }
    json words = answer.value("words", json::array());
    if (std::find(words.begin(), words.end(), json(pod->argv)) != words.end()) {
      ++same_words_;
    } else {
      surprise(bytes, fmt::format("other words: {} instead of {}", json(pod->argv).dump(), answer.dump()));
    }
  }

  void surprise(const std::string& bytes, const std::string& what) {
    if (++surprises_ <= 20) std::cout << "SURPRISE: " << what << "\n" << bytes << "\n----\n";
  }

  std::size_t alike_ = 0;
  std::size_t same_words_ = 0;
  std::size_t broken_pods_ = 0;
  std::size_t both_refuse_ = 0;
  std::size_t surprises_ = 0;
  std::map<int, std::size_t> stricter_;
};

int compare(const std::string& file) {
  std::ifstream answers(file);
  Comparison comparison;
  for (const std::string& document : documents()) {
    std::string line;
    if (!std::getline(answers, line)) {
      std::cerr << file << " has fewer answers than there are documents\n";
      return 1;
    }
    comparison.look(document, json::parse(line));
  }
  return comparison.report();
}

}  // namespace

int main(int argc, char** argv) {
  std::string verb = argc > 1 ? argv[1] : "";
  if (verb == "documents" && argc == 2) {
    for (const std::string& document : documents()) std::cout << document.size() << '\n' << document;
    return 0;
  }
  if (verb == "compare" && argc == 3) return compare(argv[2]);
  std::cerr << "usage: differential_readers documents | compare ANSWERS\n";
  return 2;
}
