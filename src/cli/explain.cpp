// nightlatch explain [FILE | - | NLxxxx]
#include "operate/explain.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/ports.hpp"

namespace nightlatch::cli {

namespace {

Exit explain(const operate::ExplainInput& input, Console& console) {
  if (!input.what.empty() && !input.can.empty())
    return console.fail(
        Error{.code = cli_errors::bad_arguments, .message = "--can and a file exclude each other"});
  operate::ExplainInput asked = input;
  if (asked.what.empty() && asked.can.empty()) asked.what = "-";
  RealPorts ports(console);
  auto report = operate::explain(ports.get(), console.selection(), asked);
  if (!report) return console.fail(report.error());
  if (console.json()) {
    console.out.write(report::explain_json(*report));
  } else {
    report::write_page(report::page_of(*report), console.format(), console.out);
  }
  return operate::exit_of(*report);
}

}  // namespace

void add_explain(Verb& root) {
  auto input = std::make_shared<operate::ExplainInput>();
  root.command("explain", "Say why a request was answered 401 or 403")
      .argument("FILE", input->what,
                "The refused answer: its body, kubectl's line, a line of the audit log, or status and URL. "
                "Without it, "
                "or with -, stdin. NL3112 explains a code of nightlatch",
                Need::optional)
      .words("--can", "WHO VERB WHAT", {3, 3}, input->can,
             "Ask instead whether somebody may do something: anonymous, NAMESPACE/NAME for a service "
             "account, group:NAME, "
             "or a user; a verb; a path or a resource")
      .option("-n,--namespace", "NAMESPACE", input->name_space, "The namespace of the resource behind --can")
      .option("--from", "FILE", input->from,
              "Look into these objects of RBAC, as nightlatch rbac list --from reads them")
      .playbook(input->playbook,
                "Take the paths of this playbook for those that are open without credentials")
      .option("--authentication-config", "FILE", input->authentication_config,
              "Take the conditions of this file for it")
      .option(
          "--token-file", "FILE", input->token_file,
          "Look at the token that was sent. It is shown to nobody, and only sent to the API server that the "
          "kubeconfig names")
      .examples({"nightlatch explain NL3112",
                 "nightlatch explain --can anonymous get /metrics -p metrics -i prod.yaml",
                 "curl -sk https://10.0.0.11:6443/metrics | nightlatch explain"})
      .formats({"md", "html"})
      .run([input](Console& console) { return explain(*input, console); });
}

}  // namespace nightlatch::cli
