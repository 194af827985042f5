// nightlatch playbook list | show NAME | check FILE
#include "report/playbook.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "operate/playbooks.hpp"

namespace nightlatch::cli {

namespace {

Exit list(Console& console) {
  auto lines = operate::list_playbooks();
  if (!lines) return console.fail(lines.error());
  if (console.json()) {
    console.out.write(report::playbooks_json(*lines));
  } else {
    report::write_text(*lines, console.out);
  }
  return Exit::done;
}

Exit show(const std::string& name, Console& console) {
  auto shown = operate::show_playbook(name);
  if (!shown) return console.fail(shown.error());
  if (console.json()) {
    console.out.write(report::playbooks_json({{shown->playbook, {}}}));
  } else {
    console.out.write_foreign(shown->bytes);
  }
  return Exit::done;
}

Exit check(const std::string& file, Console& console) {
  auto checked = operate::check_playbook(file);
  if (!checked) return console.fail(checked.error());
  if (console.json()) {
    console.out.write(report::playbooks_json({{checked->playbook, {}}}));
  } else {
    report::write_checked(checked->playbook, checked->paths, console.out);
  }
  return Exit::done;
}

}  // namespace

void add_playbook(Verb& root) {
  Verb playbook = root.command("playbook", "List, show and check playbooks");
  playbook
      .examples({"nightlatch playbook list", "nightlatch playbook show health-only > mine.yaml",
                 "nightlatch playbook check mine.yaml"})
      .needs_command();
  playbook.command("list", "List the shipped playbooks").examples({"nightlatch playbook list"}).run(list);
  auto name = std::make_shared<std::string>();
  playbook.command("show", "Print a playbook, to start your own from")
      .argument("NAME", *name, "A shipped playbook's name, or a file")
      .examples({"nightlatch playbook show health-only", "nightlatch playbook show health-only > mine.yaml"})
      .run([name](Console& console) { return show(*name, console); });
  auto file = std::make_shared<std::string>();
  playbook.command("check", "Check a playbook, and report what is wrong with it")
      .argument("FILE", *file, "A file, or a shipped playbook's name")
      .examples({"nightlatch playbook check mine.yaml"})
      .run([file](Console& console) { return check(*file, console); });
}

}  // namespace nightlatch::cli
