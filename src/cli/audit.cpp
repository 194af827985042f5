// nightlatch audit FILE...
#include "operate/audit.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "operate/playbooks.hpp"
#include "report/scan_progress.hpp"
#include "util/clock.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  operate::AuditInput input;
  bool what_if = false;
};

Exit audit(const Arguments& arguments, Console& console) {
  operate::AuditInput input = arguments.input;
  input.now = wall_clock();
  if (arguments.what_if == input.playbook.empty())
    return console.fail(fail(cli_errors::bad_arguments, "--what-if and -p PLAYBOOK belong together").value());
  if (arguments.what_if) {
    auto playbook = operate::load_playbook(input.playbook);
    if (!playbook) return console.fail(playbook.error());
    input.what_if = *std::move(playbook);
  }
  report::ScanProgressLine line(console.err);
  auto report = operate::audit(input, [&](const scan::ScanProgress& progress) { line.show(progress); });
  line.clear();
  if (!report) return console.fail(report.error());
  if (console.json()) {
    console.out.write(report::audit_json(*report));
  } else {
    report::write_page(report::page_of(*report), console.format(), console.out);
  }
  return operate::exit_of(*report);
}

}  // namespace

void add_audit(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  operate::AuditInput& input = arguments->input;
  root.command("audit", "Show who used anonymous access, from audit logs")
      .arguments("FILE", input.logs,
                 "Audit logs of kube-apiserver, as files, directories, or - for stdin. A log is read with "
                 "its rotated "
                 "files")
      .option("--since", "TIME", input.since,
              "Count requests from this time on: 2026-11-21T10:00:00+01:00, 2026-11-21, or 24h before now")
      .option("--until", "TIME", input.until, "Count requests before this time")
      .choice("--fail-on", input.fail_on, {"info", "low", "medium", "high", "critical", "never"},
              "Exit with 6 where something as severe as this was found. The default is high")
      .option("--nodes", "LIST", input.nodes,
              "Addresses and networks of the nodes, whose kubelets ask probes")
      .option("--load-balancers", "LIST", input.load_balancers,
              "Addresses and networks of the load balancers")
      .option("--pods", "LIST", input.pods, "Networks of the pods")
      .flag("--what-if", arguments->what_if,
            "Show which callers would break if only the paths of -p stayed open")
      .option("-p,--playbook", "PLAYBOOK", input.playbook, "The playbook of --what-if")
      .option("--allow", "FILE", input.allow,
              "Do not count as findings what the entries of this file answer for, by path and last address")
      .option("--taxonomy", "FILE", input.taxonomy, "Judge by the classes of this file")
      .flag("--no-rotated", input.no_rotated, "Read only the files that are named")
      .flag("--every-line", input.every_line, "Read every line, instead of searching for those that matter")
      .option("--threads", "N", input.threads, "Use so many threads")
      .examples({"nightlatch audit audit.log",
                 "nightlatch audit /var/log/kubernetes/audit --since 2026-11-01",
                 "nightlatch audit audit.log --what-if -p health-only"})
      .formats({"md", "html"})
      .run([arguments](Console& console) { return audit(*arguments, console); });
}

}  // namespace nightlatch::cli
