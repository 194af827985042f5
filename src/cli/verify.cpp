// nightlatch verify [-p PLAYBOOK]
#include "operate/verify.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"
#include "operate/playbooks.hpp"
#include "report/textfiles.hpp"

namespace nightlatch::cli {

namespace {

Exit verify(const std::string& word, Console& console) {
  operate::VerifyInput input{.asked_playbook = word};
  if (!word.empty()) {
    auto playbook = operate::load_playbook(word);
    if (!playbook) return console.fail(playbook.error());
    input.playbook = *std::move(playbook);
  }
  RealPorts ports(console);
  auto report = operate::verify(ports.get(), console.selection(), input);
  if (!report) return console.fail(report.error());
  if (console.json()) {
    console.out.write(report::verify_json(*report));
  } else if (console.options.output == "prometheus") {
    console.out.write(report::verify_prometheus(*report));
  } else {
    auto detail = console.options.verbose > 0 ? report::Detail::full : report::Detail::brief;
    report::write_text(*report, detail, console.out);
  }
  return operate::exit_of(*report);
}

}  // namespace

void add_verify(Verb& root) {
  auto playbook = std::make_shared<std::string>();
  root.command("verify", "Check that every API server answers as it should")
      .playbook(*playbook, "Expect what this playbook says, instead of what each node's own manifest says")
      .examples({"nightlatch verify -i prod.yaml", "nightlatch verify -i prod.yaml -p health-only -v"})
      .formats({"prometheus"})
      .run([playbook](Console& console) { return verify(*playbook, console); });
}

}  // namespace nightlatch::cli
