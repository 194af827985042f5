// nightlatch node prepare HOST, which is run before kubeadm join --control-plane; nightlatch node wrapper.
#include <memory>

#include "cli/commands.hpp"
#include "cli/ports.hpp"
#include "operate/prepare.hpp"
#include "report/wrapper.hpp"

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

Exit wrapper(const node::WrapperRequest& request, Console& console) {
  auto made = node::make_wrapper(request);
  if (!made) return console.fail(made.error());
  if (console.json()) {
    console.out.write(report::wrapper_json(*made));
  } else if (console.options.output == "sh") {
    console.out.write_foreign(made->script);
  } else {
    report::write_page(report::page_of(*made), console.format(), console.out);
  }
  return Exit::done;
}

void add_wrapper(Verb& node) {
  auto request = std::make_shared<node::WrapperRequest>();
  node.command("wrapper", "Print the one command that sudo has to allow on the nodes")
      .option("--user", "USER", request->user, "The SSH user, for the lines of sudoers and doas.conf")
      .option("--path", "PATH", request->path,
              "Where the command is installed. Without it: /usr/local/sbin/nightlatch-node")
      .list(
          "--also", "SHA256", request->also,
          "Let the script of another version run, too. Repeat it for each; -o json of that version names it")
      .examples({"nightlatch node wrapper --user ops", "nightlatch node wrapper -o sh >nightlatch-node"})
      .formats({"md", "html", "sh"})
      .run([request](Console& console) { return wrapper(*request, console); });
}

}  // namespace

void add_node(Verb& root) {
  const std::vector<std::string> examples{"nightlatch node prepare -i prod.yaml 10.0.0.14 --dry-run",
                                          "nightlatch node prepare -i prod.yaml 10.0.0.14"};
  Verb node = root.command("node", "Prepare a host that is to join, and what sudo allows on a node");
  node.examples(examples).needs_command();
  auto arguments = std::make_shared<Arguments>();
  node.command("prepare", "Put the configuration file onto a host, before kubeadm join")
      .argument("HOST", arguments->host, "The host's address, or its name in the inventory")
      .flag("--dry-run", arguments->dry_run, "Read everything, and change nothing")
      .examples(examples)
      .run([arguments](Console& console) { return prepare(*arguments, console); });
  add_wrapper(node);
}

}  // namespace nightlatch::cli
