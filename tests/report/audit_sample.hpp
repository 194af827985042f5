// An audit of a small log: probes of a load balancer, a scraper, a sweep, and somebody who reads secrets.
#pragma once

#include <string_view>

#include "report/audit.hpp"

namespace nightlatch::report::samples {

inline constexpr std::int64_t audit_begins = 1'795'255'200'000'000;  // 2026-11-21T10:00:00Z

class AuditSample {
 public:
  AuditSample() {
    networks_.load_balancers = audit::parse_networks("10.0.1.5").value();
    for (std::int64_t i = 0; i < 1440; ++i) see("/livez", "10.0.1.5", i * minute);
    for (std::int64_t i = 0; i < 60; ++i) see("/metrics", "10.0.7.7", 600 * minute + i * minute);
    for (std::string_view uri :
         {"/api", "/openapi/v2", "/metrics", "/debug/pprof/", "/api/v1/pods", "/version"})
      see(uri, "198.51.100.7", 850 * minute, scan::Decision::forbid, 403);
    see("/api/v1/namespaces/prod/secrets?limit=500", "203.0.113.9", 900 * minute);
    see("/version", "10.0.4.9", 901 * minute);
    see("/\x1b[31m<script>", "198.51.100.7", 902 * minute, scan::Decision::forbid, 403);
  }

  [[nodiscard]] AuditReport report() const {
    AuditReport report;
    report.logs = {"audit.log"};
    for (const audit::RequestClass& one : taxonomy.classes) {
      report.class_names.push_back(one.name);
      report.class_reasons.push_back(one.why);
    }
    report.taxonomy_version = taxonomy.version;
    report.coverage.files = 1;
    report.coverage.bytes = 3U << 20U;
    report.coverage.lines = report.coverage.events = 1509;
    report.coverage.first_us = audit_begins;
    report.coverage.last_us = audit_begins + 1439 * minute;
    report.coverage.stages = {0, 0, 1, 1508, 0};
    report.coverage.families["audit.log"].spans = {{report.coverage.first_us, report.coverage.last_us}};
    report.verdict = audit::judge(tally_, taxonomy, report.coverage, {});
    report.histograms = tally_.histograms();
    report.took = std::chrono::milliseconds(80);
    return report;
  }
  [[nodiscard]] audit::WhatIf what_if(std::vector<std::string> paths) const {
    return audit::what_if(tally_,
                          {.state = access::ExposureState::restricted, .paths = std::move(paths), .why = ""});
  }

  const audit::Taxonomy& taxonomy = audit::shipped_taxonomy();

 private:
  static constexpr std::int64_t minute = 60'000'000;

  void see(std::string_view uri, std::string_view ip, std::int64_t after,
           scan::Decision decision = scan::Decision::allow, int code = 200) {
    scan::Event event;
    event.audit_id = "3f2b";
    event.stage = scan::Stage::response_complete;
    event.uri = uri;
    event.verb = "get";
    event.username = scan::anonymous_user;
    event.last_ip = ip;
    event.user_agent = "curl/8";
    event.reason = "RBAC: allowed by ClusterRoleBinding \"ci-temp\"";
    event.decision = decision;
    event.code = code;
    event.received_us = audit_begins + after;
    tally_.take(event, scan::Caller::anonymous);
  }

  audit::Networks networks_;
  audit::AllowList none_;
  audit::Tally tally_{taxonomy, networks_, none_};
};

}  // namespace nightlatch::report::samples
