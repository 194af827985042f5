// How long a runbook of 50 nodes takes in this process, from the plan file to the HTML, and how large it is.
// The limits are 100 ms and 300 KiB: over one of them this exits 1.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "report/many_nodes.hpp"
#include "report/runbook_sample.hpp"

namespace {

using namespace nightlatch;
using Clock = std::chrono::steady_clock;

constexpr int runs = 50;
constexpr std::size_t nodes = 50;
constexpr double limit_ms = 100;
constexpr std::size_t limit_bytes = 300U << 10U;

std::string runbook_of(const std::string& plan_file) {
  report::Runbook book = report::samples::runbook_of(plan::from_json(plan_file, "plan.json").value());
  std::string html;
  report::Out out(html, Terminal{});
  report::write_html(report::page_of(book), out);
  return html;
}

}  // namespace

// With a file named: writes the plan there, for integration/bench/runbook.
int main(int argc, char** argv) {
  std::string plan_file = plan::to_json(report::samples::plan_of_many(nodes));
  if (argc == 2) {
    std::ofstream(argv[1]) << plan_file;
    return 0;
  }
  std::vector<double> times;
  std::size_t bytes = 0;
  for (int i = 0; i < runs; ++i) {
    auto began = Clock::now();
    bytes = runbook_of(plan_file).size();
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
  }
  std::sort(times.begin(), times.end());
  double median = times[times.size() / 2];
  std::printf(
      "a runbook of %zu nodes: median %.1f ms, fastest %.1f ms, slowest %.1f ms of %d; HTML %zu KiB\n", nodes,
      median, times.front(), times.back(), runs, bytes >> 10U);
  bool kept = median <= limit_ms && bytes <= limit_bytes;
  std::printf("limits %.0f ms and %zu KiB: %s\n", limit_ms, limit_bytes >> 10U, kept ? "kept" : "exceeded");
  return kept ? 0 : 1;
}
