// nightlatch rbac list | grant-metrics | grant-operator
#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"
#include "operate/rbac_list.hpp"
#include "report/grant.hpp"
#include "report/operator_role.hpp"
#include "report/textfiles.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string from;
  std::string playbook;
  std::string fail_on = "high";
};

Exit list(const Arguments& arguments, Console& console) {
  operate::RbacListInput input{.from = arguments.from,
                               .playbook = arguments.playbook,
                               .fail_on = rbac::severity_named(arguments.fail_on)};
  RealPorts ports(console);
  auto report = input.from.empty() ? operate::rbac_list(ports.get(), console.selection(), input)
                                   : operate::rbac_list_of_file(input);
  if (!report) return console.fail(report.error());
  if (console.json()) {
    console.out.write(report::rbac_json(*report));
  } else if (console.options.output == "sarif") {
    console.out.write(report::sarif(report::findings_document(*report, version())));
  } else if (console.options.output == "junit") {
    console.out.write(report::junit(report::findings_document(*report, version())));
  } else if (console.options.output == "prometheus") {
    console.out.write(report::rbac_prometheus(*report));
  } else {
    report::write_page(report::page_of(*report), console.format(), console.out);
  }
  return operate::exit_of(*report);
}

struct GrantArguments {
  std::vector<std::string> to;
  std::string paths = "metrics";
  std::vector<std::string> targets;
  bool skip_verify = false;
};

Exit grant(const GrantArguments& arguments, Console& console) {
  auto to = rbac::read_grantee(arguments.to);
  if (!to) return console.fail(to.error());
  bool is_metrics = arguments.paths == "metrics";
  rbac::GrantRequest request{
      .to = *std::move(to),
      .paths = is_metrics ? rbac::GrantedPaths::metrics : rbac::GrantedPaths::oidc_discovery,
      .targets = arguments.targets,
      .tls = arguments.skip_verify ? rbac::TlsCheck::skip : rbac::TlsCheck::verify};
  rbac::PathGrant made = rbac::grant_of(request);
  if (console.json()) {
    console.out.write(report::grant_json(made));
  } else if (console.options.output == "yaml") {
    console.out.write(report::grant_yaml(made));
  } else {
    report::write_page(report::page_of(request, made), console.format(), console.out);
  }
  return Exit::done;
}

Exit grant_operator(const std::vector<std::string>& to, Console& console) {
  auto subject = rbac::read_operator(to);
  if (!subject) return console.fail(subject.error());
  rbac::OperatorRole role = rbac::operator_role(*subject);
  if (console.json()) {
    console.out.write(report::operator_json(role));
  } else if (console.options.output == "yaml") {
    console.out.write(role.yaml);
  } else {
    report::write_page(report::page_of(role), console.format(), console.out);
  }
  return Exit::done;
}

void add_list(Verb& rbac) {
  auto arguments = std::make_shared<Arguments>();
  rbac.command("list", "List the bindings that reach requests without credentials")
      .option(
          "--from", "FILE", arguments->from,
          "Read the objects of RBAC from this file, or from stdin (-), as kubectl get writes them with -o "
          "json or -o yaml. No API is asked")
      .playbook(arguments->playbook, "Compare what is granted with the paths that this playbook leaves open")
      .choice("--fail-on", arguments->fail_on, {"critical", "high", "medium", "low", "never"},
              "End with 6 where a finding is as bad as this or worse. The default is high")
      .examples({"nightlatch rbac list -i prod.yaml", "nightlatch rbac list --from rbac.yaml",
                 "nightlatch rbac list --from rbac.yaml -p metrics -o sarif"})
      .formats({"md", "html", "sarif", "junit", "prometheus"})
      .run([arguments](Console& console) { return list(*arguments, console); });
}

void add_grant_metrics(Verb& rbac) {
  auto arguments = std::make_shared<GrantArguments>();
  rbac.command("grant-metrics", "Print the objects that grant /metrics, and the scrape job for Prometheus")
      .words("--to", "WHO [NAME]", {1, 2}, arguments->to,
             "Whom to grant it to: anonymous, serviceaccount NAMESPACE/NAME, or group NAME", Need::required)
      .choice("--paths", arguments->paths, {"metrics", "oidc-discovery"},
              "What to grant: /metrics and /metrics/slis, which is the default, or the discovery of the "
              "issuer of "
              "service account tokens")
      .list("--target", "HOST:PORT", arguments->targets,
            "An API server that Prometheus asks. Repeat it for each")
      .flag("--insecure-skip-verify", arguments->skip_verify,
            "Let Prometheus skip the check of the API server's certificate")
      .examples({"nightlatch rbac grant-metrics --to serviceaccount monitoring/prometheus",
                 "nightlatch rbac grant-metrics --to anonymous -o yaml",
                 "nightlatch rbac grant-metrics --to anonymous --paths oidc-discovery"})
      .formats({"md", "html", "yaml"})
      .run([arguments](Console& console) { return grant(*arguments, console); });
}

void add_grant_operator(Verb& rbac) {
  auto to = std::make_shared<std::vector<std::string>>();
  rbac.command("grant-operator", "Print the role of a person who runs nightlatch, and no more than it needs")
      .words("--to", "WHO NAME", {2, 2}, *to,
             "Whom to grant it to: user NAME, group NAME, or serviceaccount NAMESPACE/NAME", Need::required)
      .examples({"nightlatch rbac grant-operator --to user ana",
                 "nightlatch rbac grant-operator --to group night-shift -o yaml"})
      .formats({"md", "html", "yaml"})
      .run([to](Console& console) { return grant_operator(*to, console); });
}

}  // namespace

void add_rbac(Verb& root) {
  Verb rbac = root.command("rbac", "Show what everybody may do by RBAC, and print grants");
  rbac.needs_command().examples({"nightlatch rbac list -i prod.yaml",
                                 "nightlatch rbac list --from rbac.yaml -o json",
                                 "nightlatch rbac grant-metrics --to serviceaccount monitoring/prometheus"});
  add_list(rbac);
  add_grant_metrics(rbac);
  add_grant_operator(rbac);
}

}  // namespace nightlatch::cli
