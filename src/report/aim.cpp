#include "report/aim.hpp"

#include <fmt/format.h>

#include "util/shell_quote.hpp"

namespace nightlatch::report {

std::string aim_of(const plan::Plan& plan) {
  if (plan.opens_all() && plan.relation == plan::Relation::none)
    return "opens every path again: " + plan.reason;
  switch (plan.relation) {
    case plan::Relation::undoes:
      return fmt::format("undoes run {}{}", plan.of_run,
                         plan.redoes() ? fmt::format(": {} again", plan.playbook.name) : "");
    case plan::Relation::puts_back:
      return fmt::format("puts back what run {} left in mid-change", plan.of_run);
    case plan::Relation::goes_on_with:
      return fmt::format("{}, going on with run {}", plan.playbook.name, plan.of_run);
    case plan::Relation::confirms:
      return fmt::format("confirms run {}", plan.of_run);
    case plan::Relation::none:
      break;
  }
  return plan.playbook.name;
}

std::string opening_command(const plan::Plan& plan) {
  return "nightlatch rollback --to-open --reason " + shell_word(plan.reason);
}

}  // namespace nightlatch::report
