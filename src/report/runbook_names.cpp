#include "report/runbook_names.hpp"

#include <array>

#include <fmt/format.h>

namespace nightlatch::report {

namespace runbook_rows {

using enum TemplateKind;

// In the order of the page.
constexpr std::array sections{
    RunbookSectionRow{"summary", "what happens, to which nodes, when; everything in one look"},
    RunbookSectionRow{"timetable", "the opening of the window, and each step with its time"},
    RunbookSectionRow{"stop", "who can stop it and how, and when to"},
    RunbookSectionRow{"scope", "nodes, files and objects, and what is not touched"},
    RunbookSectionRow{"risk", "blast radius, and the plan's warnings"},
    RunbookSectionRow{"callers", "who would break, from the audit that was given to the plan"},
    RunbookSectionRow{"preconditions", "facts as they were checked"},
    RunbookSectionRow{"approvals", "how many are needed, and those that are there"},
    RunbookSectionRow{"go", "the boxes to tick before the change"},
    RunbookSectionRow{"commands", "what is typed, in its order"},
    RunbookSectionRow{"nodes", "each node with its whole diff, its times, and what good looks like"},
    RunbookSectionRow{"failures", "the five most likely failures of this plan"},
    RunbookSectionRow{"rollback", "with nightlatch, by the guard, and by hand in plain shell"},
    RunbookSectionRow{"verification", "how to see that it is done"},
    RunbookSectionRow{"messages", "to send before, during and after"},
    RunbookSectionRow{"signoff", "the table to sign"},
};

constexpr std::array names{
    TemplateName{"CHANGE", value, "", "what --change says, else \"plan 7f3a91c2\""},
    TemplateName{"PURPOSE", value, "", "one sentence: what requests without credentials get afterwards"},
    TemplateName{"AFTER_TEXT", value, "", "one sentence: what they get, once the change is done"},
    TemplateName{"CLUSTER", value, "", "the cluster's name"},
    TemplateName{"ENDPOINT", value, "", "the URL of its API"},
    TemplateName{"PLAN", value, "", "the first 8 digits of the plan's hash"},
    TemplateName{"PLAN_HASH", value, "", "the plan's hash"},
    TemplateName{"PLAN_FILE", value, "", "the plan file, as it was named"},
    TemplateName{"PLANNED", value, "", "when the plan was made, UTC"},
    TemplateName{"INVENTORY", value, "", "there where the commands name an inventory or a kubeconfig"},
    TemplateName{"PLAYBOOK", value, "", "the name of the playbook"},
    TemplateName{"SHIPPED", value, "",
                 "there where -p takes that name: the playbook is one that nightlatch brings"},
    TemplateName{"EXPOSURE", value, "", "\"open -> only /healthz /livez /readyz\""},
    TemplateName{"ORDER", value, "", "the changed nodes in their order"},
    TemplateName{"CHANGING", value, "", "how many nodes are changed"},
    TemplateName{"ONE_NODE", value, "", "there where the cluster has one API server"},
    TemplateName{"WATCHED", value, "", "the nodes that are not changed"},
    TemplateName{"USUAL", value, "", "how long all of it takes if all goes well"},
    TemplateName{"WORST", value, "", "how long at worst, with the rollback of one node"},
    TemplateName{"NODE_TIME", value, "", "how long one node takes usually"},
    TemplateName{"NODE_TIME_AT_WORST", value, "", "how long one node takes at worst, with its rollback"},
    TemplateName{"RESTART", value, "", "how long a restarting API server is away"},
    TemplateName{"LEASE", value, "", "how long a guard waits for the run"},
    TemplateName{"TIMEOUT", value, "", "gates.timeout"},
    TemplateName{"CONSECUTIVE", value, "", "gates.readyz.consecutive"},
    TemplateName{"INTERVAL", value, "", "gates.readyz.interval"},
    TemplateName{"SOAK", value, "", "gates.soak"},
    TemplateName{"FIRST_SOAK", value, "", "the soak of the first node, where it is longer"},
    TemplateName{"WINDOW", value, "", "there where a window counts"},
    TemplateName{"WINDOW_OPENS", value, "",
                 "when it opens next, in its zone and in UTC; empty: not within 400 days"},
    TemplateName{"WINDOW_ENDS", value, "", "when that opening ends"},
    TemplateName{"WINDOW_ZONE", value, "", "its zone"},
    TemplateName{"WINDOW_NEEDS", value, "", "what one node and its rollback need at most"},
    TemplateName{"WINDOW_TOO_SHORT", value, "", "there where the whole roll may not fit into that opening"},
    TemplateName{"OVERRIDE", value, "", "why the plan goes past the window"},
    TemplateName{"TICKET", value, "", "where that was agreed"},
    TemplateName{"REQUIRED", value, "", "\"2 approvals\"; empty: none are demanded"},
    TemplateName{"SIGNERS", value, "", "the files that name who may approve"},
    TemplateName{"SELF", value, "", "there where the approval of the person who applies counts"},
    TemplateName{"APPROVED", block, "", "the approvals beside the plan file"},
    TemplateName{"RISKS", block, "", "the plan's warnings, and what it could not tell"},
    TemplateName{"FACTS", block, "", "what the plan found to be well"},
    TemplateName{"CALLERS", block, "", "what the audit log says; empty: the plan had none"},
    TemplateName{"CONFIG_TEXT", block, "", "the configuration file, where it follows from the plan"},

    TemplateName{"STEPS", list, "", "the steps of the change, in the order of time"},
    TemplateName{"AT", value, "STEPS", "when it begins: a time, or \"T + 2 min\""},
    TemplateName{"WHERE", value, "STEPS", "where"},
    TemplateName{"WHAT", value, "STEPS", "what happens"},
    TemplateName{"TAKES", value, "STEPS", "how long usually"},
    TemplateName{"TAKES_AT_WORST", value, "STEPS", "how long at worst"},

    TemplateName{"NODES", list, "", "the changed nodes, in their order"},
    TemplateName{"NODE", value, "NODES", "its name"},
    TemplateName{"NUMBER", value, "NODES", "its place in the order, from 1"},
    TemplateName{"ORDER_REASON", value, "NODES", "why it has that place"},
    TemplateName{"HOST", value, "NODES", "the host that SSH connects to"},
    TemplateName{"API", value, "NODES", "HOST:PORT of its API server"},
    TemplateName{"MACHINE_ID", value, "NODES", "its /etc/machine-id"},
    TemplateName{"KUBERNETES", value, "NODES", "the version of its API server"},
    TemplateName{"TODAY", value, "NODES", "what it lets in without credentials today"},
    TemplateName{"AFTERWARDS", value, "NODES", "and afterwards"},
    TemplateName{"MANIFEST", value, "NODES", "the path of the manifest"},
    TemplateName{"NOW_HASH", value, "NODES", "the SHA-256 of what lay there when the plan was made"},
    TemplateName{"BEFORE", value, "NODES", "the SHA-256 of the manifest before the change"},
    TemplateName{"AFTER", value, "NODES", "and after it"},
    TemplateName{"CONFIG", value, "NODES", "the path of the configuration file that is placed"},
    TemplateName{"NODE_DOES", value, "NODES", "one sentence: what is done to it"},
    TemplateName{"NODE_AT", value, "NODES", "when it is begun"},
    TemplateName{"NODE_USUAL", value, "NODES", "how long it takes"},
    TemplateName{"NODE_WORST", value, "NODES", "and at worst, with its rollback"},
    TemplateName{"NODE_RESTART", value, "NODES", "how long its API server is away"},
    TemplateName{"GOOD", value, "NODES", "the requests of its gates and their answers"},
    TemplateName{"DIFF", block, "NODES", "the whole diff of its manifest"},
    TemplateName{"ASK", value, "NODES",
                 "a URL that is answered differently before and after; empty: there is none, or no manifest "
                 "is replaced"},
    TemplateName{"ASK_BEFORE", value, "NODES", "the HTTP status before the change"},
    TemplateName{"ASK_AFTER", value, "NODES", "and after it"},

    TemplateName{"OPENED", list, "", "the nodes on which the change opens closed paths"},
    TemplateName{"OPENED_NODE", value, "OPENED", "its name"},
    TemplateName{"OPENED_PATHS", value, "OPENED", "the paths"},

    TemplateName{"PROFILES", list, "", "the profiles of the playbook"},
    TemplateName{"PROFILE", value, "PROFILES", "its name"},
    TemplateName{"PROFILE_OPENS", value, "PROFILES", "what it leaves open"},

    TemplateName{"PATHS", list, "", "the paths of spec.paths"},
    TemplateName{"PATH", value, "PATHS", "the path"},
    TemplateName{"PATH_OWNER", value, "PATHS", "its owner"},
    TemplateName{"PATH_REASON", value, "PATHS", "why it stays open"},
    TemplateName{"PATH_EXPIRES", value, "PATHS", "until when"},

    TemplateName{"OBJECTS", list, "", "the objects of the API that are changed"},
    TemplateName{"OBJECT", value, "OBJECTS", "\"ConfigMap kube-system/kubeadm-config\""},
    TemplateName{"OBJECT_TURN", value, "OBJECTS", "\"after the last node\""},
    TemplateName{"OBJECT_EDIT", value, "OBJECTS", "the command of kubectl that edits it"},
    TemplateName{"OBJECT_DIFF", block, "OBJECTS", "the whole diff"},

    TemplateName{"FAILURES", list, "", "the five most likely failures, most likely first"},
    TemplateName{"FAILURE", value, "FAILURES", "its number, such as NL4203"},
    TemplateName{"FAILURE_TITLE", value, "FAILURES", "what it is"},
    TemplateName{"FAILURE_BECAUSE", value, "FAILURES", "why it is likely in this plan"},
    TemplateName{"FAILURE_DOES", value, "FAILURES", "what nightlatch does by itself"},
    TemplateName{"FAILURE_ADVICE", value, "FAILURES", "what a person does"},
};

}  // namespace runbook_rows

namespace {

std::string table_of_names(std::string_view of) {
  std::string text = "| name | stands for |\n|---|---|\n";
  for (const TemplateName& name : runbook_rows::names) {
    if (name.of != of) continue;
    std::string_view kind = name.kind == TemplateKind::list    ? "a list: "
                            : name.kind == TemplateKind::block ? "lines of its own: "
                                                               : "";
    text += fmt::format("| `@{}@` | {}{} |\n", name.name, kind, name.means);
  }
  return text + "\n";
}

}  // namespace

std::span<const RunbookSectionRow> runbook_sections() {
  return runbook_rows::sections;
}

std::span<const TemplateName> runbook_names() {
  return runbook_rows::names;
}

std::string runbook_reference() {
  std::string text =
      "# The templates of a runbook\n\nMade from the sources of nightlatch. [docs/runbook.md](../runbook.md) "
      "says "
      "how a template is written and replaced.\n\n## Sections\n\n| file | says |\n|---|---|\n";
  for (const RunbookSectionRow& row : runbook_rows::sections)
    text += fmt::format("| `{}.md` | {} |\n", row.name, row.about);
  text += "\n## Names that are known everywhere\n\n" + table_of_names("");
  for (const TemplateName& list : runbook_rows::names) {
    if (list.kind == TemplateKind::list)
      text +=
          fmt::format("## Names between @each {}@ and its @end@\n\n", list.name) + table_of_names(list.name);
  }
  text.pop_back();
  return text;
}

}  // namespace nightlatch::report
