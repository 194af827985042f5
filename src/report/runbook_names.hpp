// The sections of a runbook and the names that their templates may use. docs/reference/runbook.md is made
// from these tables.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "util/template_text.hpp"

namespace nightlatch::report {

struct RunbookSectionRow {
  std::string_view name;  // of its file, without .md
  std::string_view about;
};

// In the order of the page.
[[nodiscard]] std::span<const RunbookSectionRow> runbook_sections();

[[nodiscard]] std::span<const TemplateName> runbook_names();

// docs/reference/runbook.md
[[nodiscard]] std::string runbook_reference();

}  // namespace nightlatch::report
