// nightlatch node prepare HOST, which is run before kubeadm join --control-plane; nightlatch node wrapper.
#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/ports.hpp"
#include "operate/prepare.hpp"
#include "operate/recipe.hpp"
#include "report/wrapper.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  std::string host;
  std::string print;
  std::string check;
  bool dry_run = false;
};

Exit print_recipe(const std::string& form, Console& console) {
  RealPorts ports(console);
  auto report = operate::print_recipe(ports.get(), console.selection(), *plan::recipe_form_named(form),
                                      std::string(version()));
  if (!report) return console.fail(report.error());
  if (console.json()) {
    console.out.write(report::recipe_json(*report));
    return Exit::done;
  }
  console.out.write_foreign(report->text);
  if (!report->findings.empty()) report::write_text(*report, console.err);
  return Exit::done;
}

Exit check_recipe(const std::string& file, Console& console) {
  RealPorts ports(console);
  auto check = operate::check_recipe(ports.get(), console.selection(), file, std::string(version()));
  if (!check) return console.fail(check.error());
  if (console.json()) {
    console.out.write(report::recipe_check_json(*check, console.out.shared_options()));
  } else {
    report::write_text(*check, console.out);
  }
  return operate::exit_of(*check);
}

Exit place(const Arguments& arguments, Console& console) {
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

Exit prepare(const Arguments& arguments, Console& console) {
  int meant = (arguments.host.empty() ? 0 : 1) + (arguments.print.empty() ? 0 : 1) +
              (arguments.check.empty() ? 0 : 1);
  if (meant != 1 || (arguments.dry_run && arguments.host.empty())) {
    return console.fail(
        Error{.code = cli_errors::bad_arguments,
              .message = "it takes a HOST, with or without --dry-run, or --print, or --check"});
  }
  if (!arguments.print.empty()) return print_recipe(arguments.print, console);
  return arguments.check.empty() ? place(arguments, console) : check_recipe(arguments.check, console);
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
  const std::string place = "nightlatch node prepare -i prod.yaml 10.0.0.14";
  const std::string print = "nightlatch node prepare -i prod.yaml --print cloud-init >cp.yaml";
  Verb node = root.command("node", "Prepare a host that is to join, and what sudo allows on a node");
  node.examples({place, print, "nightlatch node wrapper --user ops"}).needs_command();
  auto arguments = std::make_shared<Arguments>();
  node.command("prepare", "Put the configuration file onto a host, before kubeadm join")
      .argument("HOST", arguments->host, "The host's address, or its name in the inventory", Need::optional)
      .choice("--print", arguments->print, {"cloud-init", "ansible", "shell"},
              "Print what such a host needs, for another tool to do, instead of doing it")
      .option("--check", "FILE", arguments->check, "Say whether this file, which --print made, is stale")
      .flag("--dry-run", arguments->dry_run, "Read everything, and change nothing")
      .examples({place, print, "nightlatch node prepare -i prod.yaml --check cp.yaml"})
      .run([arguments](Console& console) { return prepare(*arguments, console); });
  add_wrapper(node);
}

}  // namespace nightlatch::cli
