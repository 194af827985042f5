// nightlatch playbook list | show NAME | check FILE
#include "report/playbook.hpp"

#include <memory>

#include "access/profile.hpp"
#include "cli/commands.hpp"
#include "cli/playbooks.hpp"

namespace nightlatch::cli {

namespace {

Exit list(Console& console) {
  std::vector<report::PlaybookLine> lines;
  for (const spec::ShippedPlaybook& shipped : spec::shipped_playbooks()) {
    auto playbook = spec::parse_playbook(shipped.bytes, shipped.name);
    if (!playbook) return console.fail(playbook.error());
    lines.push_back({*std::move(playbook), {}});
    const access::Profile* profile = access::find_profile(shipped.name);
    if (profile != nullptr) lines.back().summary = profile->summary;
  }
  if (console.json()) {
    console.out.write(report::playbooks_json(lines));
  } else {
    report::write_text(lines, console.out);
  }
  return Exit::done;
}

// The bytes as they are, to start one's own from.
Exit show(const std::string& name, Console& console) {
  auto source = find_playbook(name);
  if (!source) return console.fail(source.error());
  auto playbook = spec::parse_playbook(source->bytes, source->file);
  if (!playbook) return console.fail(playbook.error());
  console.out.write(console.json() ? report::playbooks_json({{*playbook, {}}}) : source->bytes);
  return Exit::done;
}

Exit check(const std::string& file, Console& console) {
  auto playbook = load_playbook(file);
  if (!playbook) return console.fail(playbook.error());
  std::vector<std::string> extra;
  for (const spec::ExtraPath& path : playbook->paths) extra.push_back(path.path);
  auto paths = access::combine(playbook->profiles, extra);
  if (!paths) return console.fail(paths.error());
  if (console.json()) {
    console.out.write(report::playbooks_json({{*playbook, {}}}));
  } else {
    report::write_checked(*playbook, *paths, console.out);
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
