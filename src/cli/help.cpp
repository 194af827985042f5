// The layout of the help, and the command nightlatch options.
#include "cli/help.hpp"

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "report/flow.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

constexpr std::size_t width = 78;           // --help-all indents by two
constexpr std::size_t option_column = 31;   // where the descriptions of options begin
constexpr std::size_t command_column = 14;  // where the descriptions of commands begin

// CLI11 puts `column` spaces in front of every line but the first.
std::string wrapped(const std::string& text, std::size_t column) {
  const Terminal plain{};
  std::vector<std::string> lines;
  for (const report::Flow& line : report::Flow(report::Text(text), plain).wrapped(width - column))
    lines.push_back(line.painted(plain));
  return join(lines, "\n");
}

class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(option_column);
    label("Positionals", "Arguments");
    label("SUBCOMMAND", "COMMAND");
    label("SUBCOMMANDS", "COMMAND");
    label("REQUIRED", "(required)");
  }

  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    if (mode == CLI::AppFormatMode::Sub) return make_expanded(app);
    std::string help = make_description(app) + "\n" + make_usage(app, std::move(name)) +
                       make_positionals(app) + make_groups(app, mode) + make_subcommands(app, mode) +
                       make_footer(app);
    // CLI11 leaves two empty lines where the group that is left out would follow.
    return CLI::detail::find_and_replace(std::move(help), "\n\n\n", "\n\n") +
           "\nThe options of every command: nightlatch options\n";
  }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    if (group == shared_options_group) return {};
    return Formatter::make_group(std::move(group), is_positional, std::move(options));
  }

  std::string make_subcommand(const CLI::App* command) const override {
    std::ostringstream out;
    CLI::detail::format_help(out, command->get_name(), wrapped(command->get_description(), command_column),
                             command_column);
    return out.str();
  }

  std::string make_option_opts(const CLI::Option* option) const override {
    std::string made = Formatter::make_option_opts(option);
    return made.substr(0, made.find(" x "));  // the name of the value says how many words it has
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    return wrapped(option->get_description(), option_column);
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> make_help_formatter() {
  return std::make_shared<HelpFormatter>();
}

void add_options(Verb& root, const CLI::App& app) {
  root.command("options", "List the options of every command")
      .examples({"nightlatch options", "nightlatch detect -i prod.yaml --cluster prod-eu1 -o json"})
      .run([&app](Console& console) {
        auto options = app.get_options([&](const CLI::Option* option) {
          return option->get_group() == shared_options_group || option == app.get_help_ptr() ||
                 option == app.get_help_all_ptr();
        });
        console.out.line("These options may stand before or after the command.");
        console.out.write(HelpFormatter().CLI::Formatter::make_group(shared_options_group, false, options));
        return Exit::done;
      });
}

}  // namespace nightlatch::cli
