#include "util/template_text.hpp"

#include <algorithm>

namespace nightlatch {

std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string out;
  while (!text.empty()) {
    auto value = std::find_if(values.begin(), values.end(),
                              [&](const auto& one) { return text.starts_with(one.first); });
    if (value == values.end()) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      out += value->second;
      text.remove_prefix(value->first.size());
    }
  }
  return out;
}

}  // namespace nightlatch
