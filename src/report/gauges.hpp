// Gauges in the text format of Prometheus.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace nightlatch::report {

// {class="health",outcome="allowed"}, with the values escaped; empty values are left away.
[[nodiscard]] std::string gauge_labels(
    const std::vector<std::pair<std::string_view, std::string_view>>& labels);

class Gauges {
 public:
  // Begins a metric; its samples follow.
  void begin(std::string_view name, std::string_view help) {
    text_ += fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name, help, name);
  }
  template <class Value>
  void sample(std::string_view name, std::string_view labels, Value value) {
    text_ += fmt::format("{}{} {}\n", name, labels, value);
  }
  template <class Value>
  void single(std::string_view name, std::string_view help, std::string_view labels, Value value) {
    begin(name, help);
    sample(name, labels, value);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace nightlatch::report
