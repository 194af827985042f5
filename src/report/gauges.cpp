#include "report/gauges.hpp"

#include "util/text.hpp"

namespace nightlatch::report {

std::string gauge_labels(const std::vector<std::pair<std::string_view, std::string_view>>& labels) {
  std::vector<std::string> all;
  for (const auto& [name, value] : labels) {
    if (value.empty()) continue;
    std::string escaped;
    for (char c : value) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c == '\n' ? ' ' : c;
    }
    all.push_back(fmt::format("{}=\"{}\"", name, escaped));
  }
  return all.empty() ? "" : "{" + join(all, ",") + "}";
}

}  // namespace nightlatch::report
