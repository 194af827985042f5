#include "cli/verb.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/errors.hpp"
#include "cli/help.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

Verb::Verb(CLI::App& app, Actions& actions, Options& options)
    : app_(&app),
      actions_(&actions),
      options_(&options),
      formats_(std::make_shared<std::vector<std::string>>(std::vector<std::string>{"text", "json"})) {
  add_shared_options();
}

Verb& Verb::heading(const std::string& name) {
  heading_ = name;
  return *this;
}

Verb Verb::command(const std::string& name, const std::string& doc) {
  CLI::App& command = *app_->add_subcommand(name, doc)->group(heading_);
  command.footer("");  // else CLI11 prints the footer of the command above
  command.set_help_all_flag("--help-all", "Print the help of every command")->group(shared_options_group);
  return {command, *actions_, *options_};
}

Verb& Verb::option(const std::string& names, const std::string& value, std::string& target,
                   const std::string& doc, Need need) {
  CLI::Option* option = app_->add_option(names, target, doc)->type_name(value);
  if (need == Need::required) option->required();
  return *this;
}

Verb& Verb::playbook(std::string& target, const std::string& doc, Need need) {
  CLI::Option* option = app_->add_option("-p,--playbook", target,
                                         doc +
                                             ": a shipped playbook's name, several of them with commas "
                                             "between, or a file")
                            ->type_name("PLAYBOOK")
                            ->delimiter(',')
                            ->join(',');
  if (need == Need::required) option->required();
  return *this;
}

Verb& Verb::list(const std::string& names, const std::string& value, std::vector<std::string>& target,
                 const std::string& doc) {
  app_->add_option(names, target, doc)->type_name(value)->allow_extra_args(false);
  return *this;
}

Verb& Verb::words(const std::string& names, const std::string& values, WordCount count,
                  std::vector<std::string>& target, const std::string& doc, Need need) {
  CLI::Option* option =
      app_->add_option(names, target, doc)->type_name(values)->expected(count.least, count.most);
  if (need == Need::required) option->required();
  return *this;
}

Verb& Verb::choice(const std::string& names, std::string& target, const std::vector<std::string>& words,
                   const std::string& doc) {
  std::string value;
  for (const std::string& word : words) value += (value.empty() ? "" : "|") + word;
  // type_name comes last: a validator appends its own words to it.
  app_->add_option(names, target, doc)->check(CLI::IsMember(words).description(""))->type_name(value);
  return *this;
}

Verb& Verb::flag(const std::string& names, bool& target, const std::string& doc) {
  app_->add_flag(names, target, doc);
  return *this;
}

Verb& Verb::argument(const std::string& name, std::string& target, const std::string& doc, Need need) {
  CLI::Option* option = app_->add_option(name, target, doc)->type_name("");
  if (need == Need::required) option->required();
  return *this;
}

Verb& Verb::arguments(const std::string& name, std::vector<std::string>& target, const std::string& doc) {
  app_->add_option(name, target, doc)->type_name("")->required();
  return *this;
}

Verb& Verb::examples(const std::vector<std::string>& lines) {
  std::string text = "\nExamples:";
  for (const std::string& line : lines) text += "\n  " + line;
  app_->footer(text);
  return *this;
}

Verb& Verb::formats(const std::vector<std::string>& more) {
  formats_->insert(formats_->end(), more.begin(), more.end());
  return *this;
}

Verb& Verb::run(Action action) {
  // The format is judged here and not while parsing, because -o may stand before the command's name.
  (*actions_)[app_] = [formats = formats_, action = std::move(action)](Console& console) {
    const std::string& wanted = console.options.output;
    if (std::find(formats->begin(), formats->end(), wanted) != formats->end()) return action(console);
    std::string message = fmt::format("--output: {} not in {{{}}}", wanted, join(*formats, ","));
    return console.fail(Error{cli_errors::bad_arguments, std::move(message), {}, {}, {}, {}});
  };
  return *this;
}

Verb& Verb::needs_command() {
  app_->require_subcommand(1);
  return *this;
}

void Verb::add_shared_options() {
  auto text = [&](const std::string& names, const std::string& value, std::string& target,
                  const std::string& doc) {
    app_->add_option(names, target, doc)->type_name(value)->group(shared_options_group);
  };
  text("-i,--inventory", "FILE", options_->inventory,
       "Read the clusters, their nodes and how to reach them from this inventory. Without it, the "
       "control-plane nodes are those that the API of the kubeconfig's cluster names");
  text("--cluster", "NAME", options_->cluster,
       "Work on this cluster of the inventory. An inventory with several clusters needs it");
  text("--kubeconfig", "FILE", options_->kubeconfig,
       "Use this kubeconfig, instead of the inventory's, $KUBECONFIG or ~/.kube/config");
  text("--context", "NAME", options_->context,
       "Use this context of the kubeconfig, instead of its current context");
  app_->add_flag("--ask-become-pass", options_->ask_become_pass,
                 "Ask once, without echo, for the password that sudo wants on the nodes")
      ->group(shared_options_group);
  text("--become-pass-fd", "N", options_->become_pass_fd,
       "Read that password from this open descriptor instead: its first line");
  app_->add_option(
          "-o,--output", options_->output,
          "Print the result as text, which is the default, or as one JSON document. plan, plan show, "
          "detect, audit, rbac list, explain and history also print a page, in Markdown (md) or as one HTML "
          "file "
          "(html); rbac list and audit print their findings for other programs, too (sarif, junit), verify, "
          "rbac "
          "list and audit a file for node_exporter (prometheus), audit a line of JSON for each request "
          "(jsonl), "
          "and rbac grant-metrics objects for kubectl (yaml)")
      ->check(CLI::IsMember(std::vector<std::string>{"text", "json", "md", "html", "sarif", "junit", "jsonl",
                                                     "prometheus", "yaml", "sh"})
                  .description(""))
      ->type_name("FORMAT")
      ->group(shared_options_group);
  app_->add_option("--color", options_->color,
                   "Use colours. auto, which is the default, follows the terminal and NO_COLOR")
      ->check(CLI::IsMember(std::vector<std::string>{"auto", "always", "never"}).description(""))
      ->type_name("auto|always|never")
      ->group(shared_options_group);
  app_->add_flag("-v,--verbose", options_->verbose,
                 "Print more on stderr; verify then prints every row of its matrix")
      ->group(shared_options_group);
}

}  // namespace nightlatch::cli
