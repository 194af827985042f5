#include "api/metrics.hpp"

#include "util/text.hpp"

namespace nightlatch::api {
namespace {

constexpr std::string_view metric = "apiserver_authentication_config_controller_last_config_info{";

struct Label {
  std::string name;
  std::string value;
};

// Takes one name="value" off `text`, with the exposition format's escapes; nullopt at the closing brace or
// when it is not one.
std::optional<Label> take_label(std::string_view& text) {
  while (!text.empty() && (text.front() == ',' || text.front() == ' ')) text.remove_prefix(1);
  std::size_t equals = text.find("=\"");
  if (text.starts_with('}') || equals == std::string_view::npos) return std::nullopt;
  Label label{std::string(trim(text.substr(0, equals))), {}};
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

bool is_hash(std::string_view value) {
  constexpr std::string_view prefix = "sha256:";
  return value.starts_with(prefix) && value.size() == prefix.size() + 64 &&
         value.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

// The hash of one line, when it is set: a gauge at 0 tells of a configuration that was replaced.
std::optional<std::string> hash_of(std::string_view line) {
  std::optional<std::string> hash;
  while (auto label = take_label(line)) {
    if (label->name == "hash" && is_hash(label->value)) hash = label->value;
  }
  if (!line.starts_with('}') || trim(line.substr(1)).substr(0, 1) == "0") return std::nullopt;
  return hash;
}

}  // namespace

std::optional<std::string> loaded_config_hash(std::string_view metrics) {
  std::optional<std::string> found;
  for (std::size_t at = metrics.find(metric); at != std::string_view::npos;
       at = metrics.find(metric, at + 1)) {
    if (at != 0 && metrics[at - 1] != '\n') continue;
    std::size_t end = metrics.find('\n', at);
    if (end == std::string_view::npos) return std::nullopt;  // the last line is cut: it may lack digits
    auto hash = hash_of(metrics.substr(at + metric.size(), end - at - metric.size()));
    if (hash && found && *hash != *found) return std::nullopt;
    if (hash) found = hash;
  }
  return found;
}

}  // namespace nightlatch::api
