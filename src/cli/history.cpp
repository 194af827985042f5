// nightlatch history [RUN], history compare RUN RUN, history verify [RUN|BUNDLE], history export RUN --out
// FILE
#include "operate/history.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "operate/bundle.hpp"
#include "operate/run_store.hpp"
#include "report/evidence.hpp"
#include "util/clock.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string run;
  operate::HistoryFilter filter;
};

Exit list(const Arguments& arguments, Console& console) {
  operate::HistoryFilter filter = arguments.filter;
  filter.cluster = console.options.cluster;
  auto runs = operate::list_runs(filter, wall_clock());
  if (!runs) return console.fail(runs.error());
  if (console.json()) {
    console.out.write(report::history_json(*runs));
  } else {
    report::write_page(report::page_of(*runs), console.format(), console.out);
  }
  return Exit::done;
}

// At the terminal on a screen; a document has all of the evidence.
Exit show(const std::string& id, Console& console) {
  auto run = operate::find_whole_run(console.options.cluster, id);
  if (!run) return console.fail(run.error());
  if (console.json()) {
    console.out.write(report::history_json({*run}));
  } else if (console.format() == report::Format::terminal) {
    report::write_one(*run, console.out);
  } else {
    report::write_page(report::evidence_page(*run), console.format(), console.out);
  }
  return Exit::done;
}

void add_compare(Verb& history) {
  auto runs = std::make_shared<std::pair<std::string, std::string>>();
  history.command("compare", "Compare two runs")
      .argument("RUN", runs->first, "The first run")
      .argument("OTHER", runs->second, "The run beside it")
      .examples({"nightlatch history compare 20261122T0114-7f3a 20261129T0102-91c2"})
      .formats({"md", "html"})
      .run([runs](Console& console) {
        auto both = operate::compare_runs(console.options.cluster, runs->first, runs->second);
        if (!both) return console.fail(both.error());
        if (console.json()) {
          console.out.write(report::comparison_json(*both));
        } else {
          report::write_page(report::page_of(*both), console.format(), console.out);
        }
        return Exit::done;
      });
}

void add_verify_runs(Verb& history) {
  auto input = std::make_shared<operate::VerifyRunsInput>();
  history.command("verify", "Check that the files of runs are as they were written")
      .argument("RUN|BUNDLE", input->what,
                "Check this run, or this file of history export. Without it, every run", Need::optional)
      .option("--allowed-signers", "FILE", input->allowed_signers,
              "Demand that somebody of this file of ssh-keygen(1) has signed the bundle")
      .examples({"nightlatch history verify", "nightlatch history verify 20261122T0114-7f3a",
                 "nightlatch history verify 20261122T0114-7f3a.tar --allowed-signers signers"})
      .run([input](Console& console) {
        input->cluster = console.options.cluster;
        auto runs = operate::verify_runs(*input);
        if (!runs) return console.fail(runs.error());
        if (console.json()) {
          console.out.write(report::verification_json(*runs));
        } else {
          report::write_text(*runs, console.out);
        }
        return report::exit_of(*runs);
      });
}

void add_export(Verb& history) {
  auto input = std::make_shared<operate::ExportInput>();
  history.command("export", "Write the files of a run into one archive, with checksums")
      .argument("RUN", input->run, "The run")
      .option("--out", "FILE", input->out, "Write this tar archive", Need::required)
      .option("--key", "FILE", input->key, "Sign the checksums with this SSH key")
      .examples({"nightlatch history export 20261122T0114-7f3a --out run.tar",
                 "nightlatch history export 20261122T0114-7f3a --out run.tar --key key"})
      .run([input](Console& console) {
        input->cluster = console.options.cluster;
        auto bundle = operate::export_run(*input);
        if (!bundle) return console.fail(bundle.error());
        if (console.json()) {
          console.out.write(report::bundle_json(*bundle));
        } else {
          report::write_text(*bundle, console.out);
        }
        return Exit::done;
      });
}

}  // namespace

void add_history(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  Verb history = root.command("history", "Show the past runs of this workstation");
  history.argument("RUN", arguments->run, "Show this run, node by node", Need::optional)
      .option(
          "--since", "TIME", arguments->filter.since,
          "List the runs that began from this time on: 2026-11-21T10:00:00Z, 2026-11-21, or 24h before now")
      .list("--outcome", "WORD", arguments->filter.outcomes,
            "List the runs that ended so: done, rolled_back, stopped, needs_person, paused, interrupted, "
            "unfinished or unreadable. It may be repeated")
      .option("--node", "NAME", arguments->filter.node, "List the runs that were at work on this node")
      .examples({"nightlatch history --since 30d --outcome stopped", "nightlatch history 20261122T0114-7f3a",
                 "nightlatch history 20261122T0114-7f3a -o html > run.html"})
      .formats({"md", "html"})
      .run([arguments](Console& console) {
        return arguments->run.empty() ? list(*arguments, console) : show(arguments->run, console);
      });
  add_compare(history);
  add_verify_runs(history);
  add_export(history);
}

}  // namespace nightlatch::cli
