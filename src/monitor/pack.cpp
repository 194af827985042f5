#include "monitor/pack.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "monitor/errors.hpp"
#include "util/template_text.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view monitor_dashboard;
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

}  // namespace nightlatch::monitor
