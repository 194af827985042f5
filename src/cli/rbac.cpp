// nightlatch rbac list
#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"
#include "operate/rbac_list.hpp"

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
  } else {
    report::write_page(report::page_of(*report), console.format(), console.out);
  }
  return operate::exit_of(*report);
}

}  // namespace

void add_rbac(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb rbac = root.command("rbac", "Show what RBAC lets requests without credentials do");
  rbac.needs_command().examples(
      {"nightlatch rbac list -i prod.yaml", "nightlatch rbac list --from rbac.yaml -o json"});
  rbac.command("list", "List the bindings that reach requests without credentials")
      .option(
          "--from", "FILE", arguments->from,
          "Read the objects of RBAC from this file, or from stdin (-), as kubectl get writes them with -o "
          "json or -o yaml. No API is asked")
      .option("-p,--playbook", "PLAYBOOK", arguments->playbook,
              "Compare what is granted with the paths that this playbook leaves open")
      .choice("--fail-on", arguments->fail_on, {"critical", "high", "medium", "low", "never"},
              "End with 6 where a finding is as bad as this or worse. The default is high")
      .examples({"nightlatch rbac list -i prod.yaml", "nightlatch rbac list --from rbac.yaml",
                 "nightlatch rbac list --from rbac.yaml -p metrics -o sarif"})
      .formats({"md", "html", "sarif", "junit"})
      .run([arguments](Console& console) { return list(*arguments, console); });
}

}  // namespace nightlatch::cli
