// nightlatch audit FILE...
#include "operate/audit.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "operate/playbooks.hpp"
#include "report/audit_formats.hpp"
#include "report/scan_progress.hpp"
#include "util/clock.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  operate::AuditInput input;
  bool what_if = false;
};

void print(const report::AuditReport& report, Console& console) {
  const std::string& output = console.options.output;
  if (output == "jsonl") return;  // the requests were written as they came
  if (output == "json") return console.out.write(report::audit_json(report));
  if (output == "sarif") return console.out.write(report::audit_sarif(report));
  if (output == "junit") return console.out.write(report::audit_junit(report));
  if (output == "prometheus") return console.out.write(report::audit_prometheus(report));
  report::write_page(report::page_of(report), console.format(), console.out);
}

Exit audit(const Arguments& arguments, Console& console) {
  operate::AuditInput input = arguments.input;
  input.now = wall_clock();
  if (arguments.what_if == input.playbook.empty())
    return console.fail(fail(cli_errors::bad_arguments, "--what-if and -p PLAYBOOK belong together").value());
  if (input.follow && !input.checkpoint.empty())
    return console.fail(
        fail(cli_errors::bad_arguments, "--follow and --checkpoint exclude each other").value());
  if (input.follow && console.options.output != "jsonl")
    return console.fail(fail(cli_errors::bad_arguments, "--follow needs -o jsonl").value());
  if (arguments.what_if) {
    auto playbook = operate::load_playbook(input.playbook);
    if (!playbook) return console.fail(playbook.error());
    input.what_if = *std::move(playbook);
  }
  report::ScanProgressLine line(console.err);
  operate::AuditListener listener;
  listener.progress = [&](const scan::ScanProgress& progress) { line.show(progress); };
  if (console.options.output == "jsonl")
    listener.request = [&](const std::string& text) { console.out.write(text); };
  auto report = operate::audit(input, listener);
  line.clear();
  if (!report) return console.fail(report.error());
  print(*report, console);
  if (Status kept = operate::keep_checkpoint(input, *report); !kept) return console.fail(kept.error());
  return operate::exit_of(*report);
}

}  // namespace

void add_audit(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  operate::AuditInput& input = arguments->input;
  root.command("audit", "Show who used anonymous access, from audit logs")
      .arguments(
          "FILE", input.logs,
          "Audit logs of kube-apiserver, as files, directories, or - for stdin. A log is read with its "
          "rotated files")
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
      .option("--baseline", "FILE", input.baseline,
              "Compare with this file: what is new and what has risen is said, and only that makes the exit "
              "code 6")
      .option("--write-baseline", "FILE", input.write_baseline,
              "Write what is usual in these logs to this file")
      .option("--checkpoint", "FILE", input.checkpoint,
              "Read only what was written since the run that wrote this file, and write it again")
      .flag("--follow", input.follow,
            "Go on with what is written to the log, over its rotations, until interrupted. It needs -o jsonl")
      .flag("--no-rotated", input.no_rotated, "Read only the files that are named")
      .flag("--every-line", input.every_line, "Read every line, instead of searching for those that matter")
      .option("--threads", "N", input.threads, "Use so many threads")
      .examples({"nightlatch audit audit.log",
                 "nightlatch audit /var/log/kubernetes/audit --since 2026-11-01",
                 "nightlatch audit audit.log --what-if -p health-only"})
      .formats({"md", "html", "jsonl", "sarif", "junit", "prometheus"})
      .run([arguments](Console& console) { return audit(*arguments, console); });
}

}  // namespace nightlatch::cli
