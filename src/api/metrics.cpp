#include "api/metrics.hpp"

#include <charconv>
#include <vector>

#include "util/text.hpp"

namespace nightlatch::api {
namespace {

struct Label {
  std::string name;
  std::string value;
};

// One line: its labels, and the number as text.
struct Sample {
  std::vector<Label> labels;
  std::string_view value;

  [[nodiscard]] std::string_view label(std::string_view name) const {
    for (const Label& one : labels) {
      if (one.name == name) return one.value;
    }
    return {};
  }
};

// Removes one name="value" from the begin of `text` and resolves its escapes; nullopt at the closing brace,
// or when the text is no label.
std::optional<Label> take_label(std::string_view& text) {
  while (!text.empty() && (text.front() == ',' || text.front() == ' ')) text.remove_prefix(1);
  std::size_t equals = text.find("=\"");
  if (text.starts_with('}') || equals == std::string_view::npos) return std::nullopt;
  Label label{.name = std::string(trim(text.substr(0, equals))), .value = {}};
  text.remove_prefix(equals + 2);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    label.value += text.front();
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  text.remove_prefix(1);
  return label;
}

// Reads the rest of a line, after the name.
std::optional<Sample> sample(std::string_view rest) {
  Sample sample;
  if (rest.starts_with('{')) {
    rest.remove_prefix(1);
    while (auto label = take_label(rest)) sample.labels.push_back(*std::move(label));
    if (!rest.starts_with('}')) return std::nullopt;
    rest.remove_prefix(1);
  }
  sample.value = trim(rest);
  sample.value = sample.value.substr(0, sample.value.find(' '));  // a time may follow
  if (sample.value.empty()) return std::nullopt;
  return sample;
}

// The samples of this name; nullopt: one of their lines is malformed, or the text ends in it.
std::optional<std::vector<Sample>> samples(std::string_view metrics, std::string_view name) {
  std::vector<Sample> found;
  for (std::size_t at = metrics.find(name); at != std::string_view::npos;) {
    std::size_t end = metrics.find('\n', at);
    std::string_view line = metrics.substr(at, end == std::string_view::npos ? end : end - at);
    std::string_view rest = line.substr(name.size());
    bool is_at_start = at == 0 || metrics[at - 1] == '\n';
    if (is_at_start && (rest.starts_with('{') || rest.starts_with(' '))) {
      auto one = sample(rest);
      if (!one || end == std::string_view::npos) return std::nullopt;
      found.push_back(*std::move(one));
    }
    at = end == std::string_view::npos ? end : metrics.find(name, at + 1);
  }
  return found;
}

bool is_hash(std::string_view value) {
  constexpr std::string_view prefix = "sha256:";
  return value.starts_with(prefix) && value.size() == prefix.size() + 64 &&
         value.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

constexpr double exact = 9'007'199'254'740'992;  // 2^53: beyond it a double skips whole numbers

// Counters are printed as floating point: "7", "1.2e+06".
std::optional<double> count(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = error == std::errc{} && end == text.data() + text.size() && value >= 0 && value < exact;
  return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::string> loaded_config_hash(std::string_view metrics) {
  auto told = samples(metrics, "apiserver_authentication_config_controller_last_config_info");
  if (!told) return std::nullopt;
  std::optional<std::string> found;
  for (const Sample& one : *told) {
    std::string_view hash = one.label("hash");
    if (!is_hash(hash) || one.value == "0") continue;  // a gauge of 0 is a configuration that was replaced
    if (found && hash != *found) return std::nullopt;
    found = hash;
  }
  return found;
}

std::optional<facts::Rejected> rejected_requests(std::string_view metrics) {
  auto began = samples(metrics, "process_start_time_seconds");
  auto terminations = samples(metrics, "apiserver_request_terminations_total");
  if (!began || began->size() != 1 || !terminations) return std::nullopt;
  double all = 0;
  for (const Sample& one : *terminations) {
    if (one.label("code") != "429") continue;
    auto some = count(one.value);
    if (!some) return std::nullopt;
    all += *some;
  }
  if (all >= exact) return std::nullopt;
  return facts::Rejected{.requests = static_cast<std::uint64_t>(all),
                         .since = std::string(began->front().value)};
}

}  // namespace nightlatch::api
