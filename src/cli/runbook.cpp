// nightlatch runbook PLAN --format md|html, runbook --print-template SECTION
#include "operate/runbook.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/ports.hpp"

namespace nightlatch::cli {

namespace {

struct Arguments {
  operate::RunbookInput input;
  std::string format = "md";
  std::string print_template;
};

Exit print_template(const std::string& name, Console& console) {
  auto text = operate::runbook_template(name);
  if (!text) return console.fail(text.error());
  console.out.write_foreign(*text);
  return Exit::done;
}

Exit runbook(const Arguments& arguments, Console& console) {
  if (arguments.input.plan_file.empty() == arguments.print_template.empty())
    return console.fail(fail(cli_errors::bad_arguments,
                             "runbook takes a plan file, or --print-template SECTION, and not both")
                            .value());
  if (!arguments.print_template.empty()) return print_template(arguments.print_template, console);
  operate::RunbookInput input = arguments.input;
  input.format = report::format_named(arguments.format).value_or(report::Format::markdown);
  input.options = console.out.shared_options();
  input.version = version();
  RealPorts ports(console);
  auto written = operate::runbook(ports.get(), console.selection(), input);
  if (!written) return console.fail(written.error());
  if (console.json()) {
    console.out.write(report::runbook_json(*written));
  } else if (input.out.empty()) {
    console.out.write_foreign(written->text);
  } else {
    console.err.write("wrote " + input.out + "\n");
  }
  return Exit::done;
}

}  // namespace

void add_runbook(Verb& root) {
  auto arguments = std::make_shared<Arguments>();
  root.command("runbook", "Write the document of a change window, from a plan")
      .argument("PLAN", arguments->input.plan_file, "The plan file that is to be applied", Need::optional)
      .choice("--format", arguments->format, {"md", "html"},
              "Markdown, which is the default, or one HTML file that prints to a PDF")
      .option("--out", "FILE", arguments->input.out, "Write it to this file, instead of printing it")
      .option("--change", "ID", arguments->input.change,
              "The number of the change, as the people who read it call it: CHG-4711")
      .option("--templates", "DIR", arguments->input.templates,
              "Replace sections: DIR/messages.md is taken instead of the shipped template of messages")
      .option("--print-template", "SECTION", arguments->print_template,
              "Print the shipped template of a section, to start your own from")
      .examples({"nightlatch runbook lockdown.json --format html --out runbook.html",
                 "nightlatch runbook lockdown.json -i prod.yaml --change CHG-4711",
                 "nightlatch runbook --print-template messages > messages.md"})
      .run([arguments](Console& console) { return runbook(*arguments, console); });
}

}  // namespace nightlatch::cli
