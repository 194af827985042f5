#include "cli/verb.hpp"

#include <CLI/CLI.hpp>

namespace nightlatch::cli {

Verb::Verb(CLI::App& app, Actions& actions, Options& options)
    : app_(&app), actions_(&actions), options_(&options) {
  add_shared_options();
}

Verb Verb::command(const std::string& name, const std::string& doc) {
  return {*app_->add_subcommand(name, doc), *actions_, *options_};
}

Verb& Verb::option(const std::string& names, const std::string& value, std::string& target,
                   const std::string& doc, Need need) {
  CLI::Option* option = app_->add_option(names, target, doc)->type_name(value);
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

Verb& Verb::examples(const std::string& text) {
  app_->footer("\nExamples:\n" + text);
  return *this;
}

Verb& Verb::run(Action action) {
  (*actions_)[app_] = std::move(action);
  return *this;
}

Verb& Verb::needs_command() {
  app_->require_subcommand(1);
  return *this;
}

void Verb::add_shared_options() {
  auto text = [&](const std::string& names, const std::string& value, std::string& target,
                  const std::string& doc) {
    app_->add_option(names, target, doc)->type_name(value)->group("Options of every command");
  };
  text("-i,--inventory", "FILE", options_->inventory, "clusters and nodes; else the kubeconfig's");
  text("--cluster", "NAME", options_->cluster, "one cluster of the inventory");
  text("--kubeconfig", "FILE", options_->kubeconfig, "not the inventory's or kubectl's");
  text("--context", "NAME", options_->context, "a context of the kubeconfig");
  app_->add_option("-o,--output", options_->output, "what stdout gets")
      ->check(CLI::IsMember(std::vector<std::string>{"text", "json"}).description(""))
      ->type_name("text|json")
      ->group("Options of every command");
  app_->add_option("--color", options_->color, "auto heeds NO_COLOR and the terminal")
      ->check(CLI::IsMember(std::vector<std::string>{"auto", "always", "never"}).description(""))
      ->type_name("auto|always|never")
      ->group("Options of every command");
  app_->add_flag("-v,--verbose", options_->verbose, "more on stderr")->group("Options of every command");
}

}  // namespace nightlatch::cli
