// nightlatch confirm RUN
#include "operate/confirm.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"

namespace nightlatch::cli {

namespace {

Exit confirm(const std::string& run, Console& console) {
  RealPorts ports(console);
  auto report = operate::confirm(ports.get(), console.selection(), run);
  if (!report) return console.fail(report.error());
  if (console.json()) {
    console.out.write(report::confirm_json(*report, console.out.shared_options()));
  } else {
    report::write_text(*report, console.out);
  }
  return Exit::done;
}

}  // namespace

void add_confirm(Verb& root) {
  auto run = std::make_shared<std::string>();
  root.command("confirm", "Keep the change of a run whose workstation was lost")
      .argument("RUN", *run, "The run; nightlatch status names it")
      .examples({"nightlatch status -i prod.yaml", "nightlatch confirm -i prod.yaml 20261122T0114-7f3a"})
      .run([run](Console& console) { return confirm(*run, console); });
}

}  // namespace nightlatch::cli
