// The runbook of the plan of samples.hpp, as `nightlatch runbook lockdown.json` writes it.
#pragma once

#include "report/runbook.hpp"
#include "report/runbook_names.hpp"
#include "report/samples.hpp"

namespace nightlatch::report::samples {

inline Runbook runbook_of(plan::Plan plan) {
  Runbook book;
  book.plan = std::move(plan);
  book.plan_file = "lockdown.json";
  book.written = "2026-11-22T01:12:00Z";
  book.version = "0.1.0";
  for (const RunbookSectionRow& row : runbook_sections())
    book.sections.push_back(
        read_runbook_section(std::string(row.name), *shipped_runbook_section(row.name), "t").value());
  return book;
}

inline Runbook runbook() {
  plan::Plan planned = plan();
  planned.created = "2026-11-22T01:10:00Z";
  plan::seal(planned);
  return runbook_of(std::move(planned));
}

}  // namespace nightlatch::report::samples
