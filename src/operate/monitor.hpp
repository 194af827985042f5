// monitor: what watches the API servers, as text. Asks no cluster.
#pragma once

#include <string>
#include <vector>

#include "operate/outcome.hpp"
#include "report/monitor.hpp"

namespace nightlatch::operate {

struct MonitorInput {
  report::MonitorKind kind = report::MonitorKind::rules;
  std::string job = "kube-apiserver";  // rules, scrape, dashboard: the label job of the API servers
  std::string engine{};                // queries: one of monitor::engine_names
  std::vector<std::string> to{"serviceaccount",
                              "monitoring/prometheus"};  // scrape, netdata: as rbac grant-metrics takes it
  std::vector<std::string> targets{};                    // scrape, netdata: HOST:PORT
  bool skip_verify = false;                              // scrape, netdata
  std::string out{};                                     // the file it is written to; empty: none
};

// Errors: bad_job; bad_target; not_a_grantee; those of writing the file.
[[nodiscard]] Result<report::MonitorText> monitor(const MonitorInput& input);

}  // namespace nightlatch::operate
