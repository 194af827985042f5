// nightlatch history [RUN]
#include "report/history.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "operate/run_store.hpp"

namespace nightlatch::cli {

namespace {

Exit list(Console& console) {
  std::vector<report::PastRun> runs = operate::past_runs(console.options.cluster);
  if (console.json()) {
    console.out.write(report::history_json(runs));
  } else {
    report::write_text(runs, console.out);
  }
  return Exit::done;
}

Exit show(const std::string& id, Console& console) {
  auto run = operate::find_whole_run(console.options.cluster, id);
  if (!run) return console.fail(run.error());
  if (console.json()) {
    console.out.write(report::history_json({*run}));
  } else {
    report::write_one(*run, console.out);
  }
  return Exit::done;
}

}  // namespace

void add_history(Verb& root) {
  auto run = std::make_shared<std::string>();
  root.command("history", "Show the past runs of this workstation")
      .argument("RUN", *run, "Show this run, node by node", Need::optional)
      .examples({"nightlatch history", "nightlatch history 20261122T0114-7f3a"})
      .run([run](Console& console) { return run->empty() ? list(console) : show(*run, console); });
}

}  // namespace nightlatch::cli
