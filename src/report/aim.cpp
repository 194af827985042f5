#include "report/aim.hpp"

#include <fmt/format.h>

namespace nightlatch::report {

std::string aim_of(const plan::Plan& plan) {
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

}  // namespace nightlatch::report
