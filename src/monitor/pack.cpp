#include "monitor/pack.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "monitor/errors.hpp"
#include "util/template_text.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view monitor_dashboard;
extern const std::string_view monitor_netdata;
extern const std::string_view monitor_netdata_job;
extern const std::string_view monitor_rules;
extern const std::string_view monitor_scrape;
}  // namespace nightlatch::embedded

namespace nightlatch::monitor {

namespace {

constexpr std::size_t longest_job = 100;

constexpr std::array<std::string_view, 11> metrics{
    "authentication_attempts",
    "authorization_attempts_total",
    "process_start_time_seconds",
    "apiserver_request_total",
    "apiserver_request_duration_seconds_bucket",
    "apiserver_authentication_config_controller_automatic_reloads_total",
    "apiserver_authentication_config_controller_automatic_reload_last_timestamp_seconds",
    "apiserver_authentication_config_controller_last_config_info",
    "apiserver_audit_event_total",
    "apiserver_audit_error_total",
    "apiserver_audit_requests_rejected_total",
};

constexpr std::string_view service = "kubernetes.default.svc:443";

// Netdata asks for certificates of clients, or for a token, or for nothing.
std::string netdata_login(const rbac::GrantRequest& request) {
  std::string login;
  std::string ca = "    tls_ca: /etc/netdata/kubernetes-ca.crt";
  if (request.to.kind == "ServiceAccount") {
    login = "    bearer_token_file: /var/run/secrets/kubernetes.io/serviceaccount/token\n";
    ca = "    tls_ca: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
  } else if (request.to.name != "system:unauthenticated") {
    login = "    tls_cert: /etc/netdata/client.crt\n    tls_key: /etc/netdata/client.key\n";
  }
  return login + (request.tls == rbac::TlsCheck::skip ? "    tls_skip_verify: yes" : ca);
}

Status check_target(std::string_view target) {
  auto fits = [](char c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view(".-:[]").find(c) != std::string_view::npos;
  };
  bool has_port = target.find(':') != std::string_view::npos;
  if (has_port && std::all_of(target.begin(), target.end(), fits)) return {};
  return fail(monitor_errors::bad_target, fmt::format("--target \"{}\" is not HOST:PORT", target));
}

}  // namespace

Status check_job(std::string_view job) {
  auto fits = [](char c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("._-/:").find(c) != std::string_view::npos;
  };
  if (!job.empty() && job.size() <= longest_job && std::all_of(job.begin(), job.end(), fits)) return {};
  return fail(monitor_errors::bad_job, fmt::format("--job \"{}\" is not a name", job));
}

std::span<const std::string_view> asked_metrics() {
  return metrics;
}

std::string alert_rules(const std::string& job) {
  return filled(embedded::monitor_rules, {{"@JOB@", job}});
}

std::string dashboard(const std::string& job) {
  return filled(embedded::monitor_dashboard, {{"@JOB@", job}});
}

std::string scrape_config(const rbac::GrantRequest& request) {
  rbac::PathGrant grant = rbac::grant_of(request);
  std::vector<std::string> notes;
  for (const std::string& note : grant.notes) notes.push_back("# " + note);
  return filled(embedded::monitor_scrape, {{"@NOTES@", join(notes, "\n")},
                                           {"@APISERVERS@", std::string(trim(grant.scrape))},
                                           {"@METRICS@", fmt::format("{}", fmt::join(metrics, "|"))}});
}

Result<std::string> netdata(const rbac::GrantRequest& request) {
  std::vector<std::string> targets = request.targets;
  if (targets.empty()) targets.emplace_back(service);
  std::string allowed;
  for (std::string_view name : metrics) {
    // A histogram has some 100 series for each resource.
    if (!name.ends_with("_bucket")) allowed += fmt::format("        - {}\n", name);
  }
  std::string jobs;
  for (const std::string& target : targets) {
    NL_TRY(check_target(target));
    jobs += filled(embedded::monitor_netdata_job,
                   {{"@TARGET@", target}, {"@LOGIN@", netdata_login(request)}, {"@ALLOWED@\n", allowed}});
  }
  return filled(embedded::monitor_netdata, {{"@JOBS@\n", jobs}});
}

}  // namespace nightlatch::monitor
