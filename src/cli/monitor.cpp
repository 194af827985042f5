// nightlatch monitor rules | scrape | dashboard | netdata | falco | sigma | queries
#include "operate/monitor.hpp"

#include <memory>

#include "cli/commands.hpp"

namespace nightlatch::cli {

namespace {

using operate::MonitorInput;
using report::MonitorKind;

Exit monitor(const MonitorInput& input, Console& console) {
  auto rendered = operate::monitor(input);
  if (!rendered) return console.fail(rendered.error());
  if (console.json()) {
    console.out.write(report::monitor_json(*rendered));
  } else if (input.out.empty()) {
    console.out.write_foreign(rendered->text);
  } else {
    console.err.write("wrote " + input.out + "\n");
  }
  return Exit::done;
}

// A command below monitor that prints one kind of text, and where its options are kept.
std::pair<Verb, MonitorInput&> add(Verb& monitor_verb, MonitorKind kind, const std::string& doc,
                                   const std::vector<std::string>& more_examples) {
  auto input = std::make_shared<MonitorInput>();
  input->kind = kind;
  std::string name(report::name(kind));
  std::vector<std::string> examples = more_examples;
  if (kind != MonitorKind::queries) examples.insert(examples.begin(), "nightlatch monitor " + name);
  Verb verb = monitor_verb.command(name, doc);
  verb.option("--out", "FILE", input->out, "Write it to this file, instead of printing it")
      .examples(examples)
      .run([input](Console& console) { return monitor(*input, console); });
  return {verb, *input};
}

// Whom the API servers know the collector as, and where they are.
void add_login(Verb& verb, MonitorInput& input) {
  verb.words("--to", "WHO [NAME]", {1, 2}, input.to,
             "Whom /metrics is granted to, as in rbac grant-metrics. The default is serviceaccount "
             "monitoring/prometheus")
      .list("--target", "HOST:PORT", input.targets, "An API server that is asked. Repeat it for each")
      .flag("--insecure-skip-verify", input.skip_verify, "Skip the check of the API server's certificate");
}

constexpr const char* job_doc =
    "The label job of the API servers' series. The default is kube-apiserver; kube-prometheus has apiserver";

}  // namespace

void add_monitor(Verb& root) {
  Verb verb = root.command("monitor", "Print rules, a dashboard and queries that watch anonymous access");
  verb.needs_command().examples({"nightlatch monitor rules > nightlatch.rules.yaml",
                                 "nightlatch monitor dashboard --out nightlatch.json",
                                 "nightlatch monitor queries --engine clickhouse"});
  auto [rules, of_rules] = add(verb, MonitorKind::rules, "Print recording and alerting rules for Prometheus",
                               {"nightlatch monitor rules --job apiserver --out nightlatch.rules.yaml"});
  rules.option("--job", "NAME", of_rules.job, job_doc);
  auto [scrape, of_scrape] = add(verb, MonitorKind::scrape, "Print a scrape configuration for Prometheus",
                                 {"nightlatch monitor scrape --to anonymous --target 10.0.0.11:6443"});
  scrape.option("--job", "NAME", of_scrape.job, "The name of the scrape job. The default is kube-apiserver");
  add_login(scrape, of_scrape);
  auto [netdata, of_netdata] =
      add(verb, MonitorKind::netdata, "Print a collector's jobs and alerts for Netdata",
          {"nightlatch monitor netdata --target 10.0.0.11:6443"});
  add_login(netdata, of_netdata);
  auto [dashboard, of_dashboard] = add(verb, MonitorKind::dashboard, "Print a dashboard for Grafana",
                                       {"nightlatch monitor dashboard --out nightlatch.json"});
  dashboard.option("--job", "NAME", of_dashboard.job, job_doc);
  add(verb, MonitorKind::falco, "Print the audit's classes as rules for Falco",
      {"nightlatch monitor falco --out nightlatch_rules.yaml"});
  add(verb, MonitorKind::sigma, "Print the audit's classes as Sigma rules",
      {"nightlatch monitor sigma --out nightlatch-sigma.yaml"});
  auto [queries, of_queries] = add(verb, MonitorKind::queries,
                                   "Print the audit's classes as a query of the engine that holds audit logs",
                                   {"nightlatch monitor queries --engine clickhouse",
                                    "nightlatch monitor queries --engine loki --out anonymous.logql"});
  of_queries.engine = "clickhouse";
  queries.choice("--engine", of_queries.engine, {"clickhouse", "loki", "elasticsearch", "athena", "splunk"},
                 "The engine. The default is clickhouse");
}

}  // namespace nightlatch::cli
