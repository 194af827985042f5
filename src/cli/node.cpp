// nightlatch node prepare HOST, which is run before kubeadm join --control-plane.
#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"
#include "operate/prepare.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string host;
  bool dry_run = false;
};

Exit prepare(const Arguments& arguments, Console& console) {
  RealPorts ports(console);
  auto report = operate::prepare_host(
      ports.get(), console.selection(),
      {.host = arguments.host, .dry_run = arguments.dry_run ? report::DryRun::yes : report::DryRun::no});
  if (!report) return console.fail(report.error());
  if (console.json()) {
    console.out.write(report::prepare_json(*report, console.out.shared_options()));
  } else {
    report::write_text(*report, console.out);
  }
  return Exit::done;
}

}  // namespace

void add_node(Verb& root) {
  const std::vector<std::string> examples{"nightlatch node prepare -i prod.yaml 10.0.0.14 --dry-run",
                                          "nightlatch node prepare -i prod.yaml 10.0.0.14"};
  Verb node = root.command("node", "Prepare a host that is to join as a control-plane node");
  node.examples(examples).needs_command();
  auto arguments = std::make_shared<Arguments>();
  node.command("prepare", "Put the configuration file onto a host, before kubeadm join")
      .argument("HOST", arguments->host, "The host's address, or its name in the inventory")
      .flag("--dry-run", arguments->dry_run, "Read everything, and change nothing")
      .examples(examples)
      .run([arguments](Console& console) { return prepare(*arguments, console); });
}

}  // namespace nightlatch::cli
