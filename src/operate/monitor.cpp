#include "operate/monitor.hpp"

#include "monitor/detections.hpp"
#include "monitor/pack.hpp"
#include "monitor/queries.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {

namespace {

using report::MonitorKind;

constexpr mode_t readable_by_all = 0644;

Result<rbac::GrantRequest> grant_request(const MonitorInput& input) {
  NL_ASSIGN(rbac::Subject to, rbac::read_grantee(input.to));
  return rbac::GrantRequest{.to = std::move(to),
                            .targets = input.targets,
                            .job = input.job,
                            .tls = input.skip_verify ? rbac::TlsCheck::skip : rbac::TlsCheck::verify};
}

Result<std::string> text_of(const MonitorInput& input) {
  switch (input.kind) {
    case MonitorKind::rules:
      return monitor::alert_rules(input.job);
    case MonitorKind::scrape:
      return grant_request(input).map(monitor::scrape_config);
    case MonitorKind::dashboard:
      return monitor::dashboard(input.job);
    case MonitorKind::netdata:
      return grant_request(input).and_then(monitor::netdata);
    case MonitorKind::falco:
      return monitor::falco_rules(audit::shipped_taxonomy());
    case MonitorKind::sigma:
      return monitor::sigma_rules(audit::shipped_taxonomy());
    case MonitorKind::queries:
      break;
  }
  auto engine = monitor::engine_named(input.engine).value_or(monitor::Engine::clickhouse);
  return monitor::query_of(engine, audit::shipped_taxonomy());
}

}  // namespace

Result<report::MonitorText> monitor(const MonitorInput& input) {
  NL_TRY(monitor::check_job(input.job));
  NL_ASSIGN(std::string text, text_of(input));
  if (!input.out.empty()) NL_TRY(write_file_durably(input.out, text, readable_by_all));
  return report::MonitorText{
      .kind = input.kind, .engine = input.engine, .file = input.out, .text = std::move(text)};
}

}  // namespace nightlatch::operate
