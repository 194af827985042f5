#include "operate/runbook.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "operate/approvals.hpp"
#include "operate/errors.hpp"
#include "operate/plan.hpp"
#include "operate/window.hpp"
#include "plan/estimate.hpp"
#include "report/runbook_names.hpp"
#include "util/errors.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

constexpr mode_t runbook_mode = 0644;
constexpr std::size_t largest_template = 1U << 20U;
constexpr std::string_view template_end = ".md";

Error no_such_section(const std::string& name, std::string message) {
  std::vector<std::string> names;
  for (const report::RunbookSectionRow& row : report::runbook_sections()) names.emplace_back(row.name);
  Error error{.code = operate_errors::section_unknown, .message = std::move(message)};
  error.details.push_back("known: " + nightlatch::join(names, ", "));
  if (auto close = did_you_mean(name, names)) error.hint = fmt::format("did you mean \"{}\"?", *close);
  return error;
}

bool is_section(const std::string& name) {
  auto rows = report::runbook_sections();
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
}

// The sections that files of the directory replace. A file of another name would change nothing, which
// nobody would see.
Result<std::set<std::string>> replaced_by(const std::string& directory) {
  std::set<std::string> names;
  if (directory.empty()) return names;
  std::error_code error;
  std::filesystem::directory_iterator files(expand_home(directory), error);
  if (error) return fail(util_errors::file_unreadable, fmt::format("{}: {}", directory, error.message()));
  for (const std::filesystem::directory_entry& file : files) {
    std::string name = file.path().filename().string();
    if (!name.ends_with(template_end) || name.starts_with('.')) continue;
    name.resize(name.size() - template_end.size());
    if (!is_section(name))
      return fail(no_such_section(
          name, fmt::format("{} is the name of no section",
                            (std::filesystem::path(directory) / file.path().filename()).string())));
    names.insert(std::move(name));
  }
  return names;
}

Result<std::vector<report::RunbookSection>> read_sections(const std::string& directory,
                                                          const std::set<std::string>& replaced) {
  std::vector<report::RunbookSection> sections;
  for (const report::RunbookSectionRow& row : report::runbook_sections()) {
    std::string name(row.name);
    std::string file = "templates/runbook/" + name + std::string(template_end);
    std::string text(report::shipped_runbook_section(name).value_or(""));
    if (replaced.contains(name)) {
      file = (std::filesystem::path(directory) / (name + std::string(template_end))).string();
      NL_ASSIGN(text, read_file(expand_home(file), largest_template));
    }
    NL_ASSIGN(report::RunbookSection section, report::read_runbook_section(std::move(name), text, file));
    sections.push_back(std::move(section));
  }
  return sections;
}

Result<std::optional<report::RunbookWindow>> window_for(const Ports& ports, const plan::Plan& plan,
                                                        const spec::Cluster& cluster) {
  std::optional<report::RunbookWindow> none;
  if (plan.outside_window) return none;
  NL_ASSIGN(std::optional<WindowTask> task, window_of(ports, plan.playbook, plan::balancer_settle(cluster)));
  if (!task) return none;
  auto now = std::chrono::floor<std::chrono::seconds>(ports.person.now());
  auto opening = task->window.next(now, task->needed);
  calendar::sys_seconds earliest = opening ? std::max(opening->begin, now) : now;
  return report::RunbookWindow{
      .zone = task->window.zone(), .opening = opening, .earliest = earliest, .needed = task->needed};
}

Status check_plan(const plan::Plan& plan, const cluster::Selection& selection, const std::string& file) {
  if (plan.relation == plan::Relation::undoes)
    return fail(operate_errors::no_runbook,
                fmt::format("{} undoes run {}: nightlatch rollback makes that plan again and applies it",
                            file, plan.of_run));
  if (selection.cluster.empty() || selection.cluster == plan.cluster) return {};
  return fail(operate_errors::plan_of_other_cluster,
              fmt::format("the plan is of cluster {}, --cluster says {}", plan.cluster, selection.cluster));
}

}  // namespace

Result<report::RunbookText> runbook(const Ports& ports, cluster::Selection selection,
                                    const RunbookInput& input) {
  report::Runbook book{.plan_file = input.plan_file,
                       .options = input.options,
                       .change = input.change,
                       .written = utc_timestamp(ports.person.now()),
                       .version = input.version};
  NL_ASSIGN(book.plan, read_plan(input.plan_file));
  NL_TRY(check_plan(book.plan, selection, input.plan_file));
  selection.planned_cluster = book.plan.cluster;
  NL_ASSIGN(spec::Cluster cluster, cluster::cluster_of_inventory(selection));
  book.approvals = demand_of(cluster, book.plan.playbook, {});
  book.approved =
      list_approvals(book.plan, input.plan_file, book.approvals.allowed_signers, ports.person.now());
  NL_ASSIGN(book.window, window_for(ports, book.plan, cluster));
  NL_ASSIGN(std::set<std::string> replaced, replaced_by(input.templates));
  NL_ASSIGN(book.sections, read_sections(input.templates, replaced));
  report::RunbookText rendered{.plan = book.plan.hash, .format = input.format, .file = input.out};
  rendered.replaced.assign(replaced.begin(), replaced.end());
  report::Out text(rendered.text, Terminal{});
  report::write_page(report::page_of(book), input.format, text);
  std::error_code none;
  if (!input.out.empty() && std::filesystem::equivalent(expand_home(input.out), input.plan_file, none))
    return fail(util_errors::file_unwritable, fmt::format("{}: it is the plan", input.out));
  if (!input.out.empty()) NL_TRY(write_file_durably(expand_home(input.out), rendered.text, runbook_mode));
  return rendered;
}

Result<std::string> runbook_template(const std::string& name) {
  auto text = report::shipped_runbook_section(name);
  if (!text) return fail(no_such_section(name, fmt::format("a runbook has no section \"{}\"", name)));
  return std::string(*text);
}

}  // namespace nightlatch::operate
